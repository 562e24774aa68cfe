package io.gannet.benchmarks.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;

/** The load generator for machines without a C compiler. It is slower than the one in C. */
public final class NioLoad {

  private static final int SOURCES = 16;

  private NioLoad() {}

  /**
   * Runs the load generator.
   *
   * @param args the same as those of the one in C
   * @throws Exception if a connection breaks
   */
  public static void main(String[] args) throws Exception {
    LoadOptions options = LoadOptions.parse(args);
    try {
      switch (options.workload()) {
        case "churn" -> new NioChurn(options).run();
        case "idle" -> new NioIdle(options).run();
        default -> new NioStream(options).run();
      }
    } catch (WrongBytesException e) {
      System.err.println("load: " + e.getMessage());
      System.exit(1);
    }
    System.exit(0);
  }

  /** Connects from one of several addresses, so that many connections find a free port. */
  static SocketChannel open(LoadOptions options, int number, boolean blocking) throws IOException {
    SocketChannel channel = SocketChannel.open();
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    if (options.connections() > 10_000) {
      byte[] source = {127, 0, 0, (byte) (1 + number % SOURCES)};
      channel.bind(new InetSocketAddress(InetAddress.getByAddress(source), 0));
    }
    channel.configureBlocking(blocking);
    channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), options.port()));
    return channel;
  }
}
