package io.gannet.examples.lines;

import io.gannet.transport.Client;
import io.gannet.transport.codec.Codecs;
import java.util.concurrent.CompletableFuture;

/** Sends one line and prints the response. */
public final class LinesClient {

  private LinesClient() {}

  /**
   * Sends a line and waits for the next received line.
   *
   * @param host the server's host
   * @param port the server's port
   * @param line without a line feed
   * @return the received line
   */
  public static String ask(String host, int port, String line) {
    CompletableFuture<String> answer = new CompletableFuture<>();
    try (Client<String> client =
        Client.tcp(host, port)
            .codec(Codecs.lines())
            .onMessage((session, text) -> answer.complete(text))
            .start()) {
      client.session().send(line);
      return answer.join();
    }
  }

  /**
   * Says hello to a {@link LinesServer} on this machine.
   *
   * @param args the port (default 9000)
   */
  public static void main(String[] args) {
    int port = args.length > 0 ? Integer.parseInt(args[0]) : 9000;
    System.out.println(ask("localhost", port, "hello"));
  }
}
