package io.gannet.benchmarks.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Idle connections that exchange one message on request. */
final class NioIdle {

  private final LoadOptions options;
  private final BufferedReader input =
      new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));

  NioIdle(LoadOptions options) {
    this.options = options;
  }

  void run() throws IOException {
    List<SocketChannel> channels = new ArrayList<>();
    for (int i = 0; i < options.connections(); i++) {
      channels.add(NioLoad.open(options, i, true));
    }
    System.out.println("connected");
    if (input.readLine() == null) {
      return;
    }
    for (int i = 0; i < channels.size(); i++) {
      FramedMessages.write(channels.get(i), FramedMessages.frame(options.size(), i, 0));
      FramedMessages.expect(channels.get(i), options.size(), i, 0);
    }
    System.out.println("answered");
    input.readLine();
  }
}
