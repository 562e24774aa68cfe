package io.gannet.examples.echo;

import io.gannet.transport.Client;
import io.gannet.transport.UdpOptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** The echo client: asks, and matches answers to questions by their sequence. */
public interface EchoClient extends AutoCloseable {

  /**
   * Connects to a server, and goes on connecting until it is closed. While it has nothing to say it
   * sends heartbeats, so that the server doesn't take it for gone.
   *
   * @param host the server's host
   * @param port the server's port
   * @param heartbeat the time between heartbeats; a session on which nothing comes for three times
   *     that is replaced
   * @return the running client
   */
  static EchoClient connect(String host, int port, Duration heartbeat) {
    return new SequencedEchoClient(Client.tcp(host, port), heartbeat);
  }

  /**
   * As {@link #connect}, on UDP. What the network loses is not sent again: give up waiting for an answer.
   *
   * @param host the server's host
   * @param port the server's port
   * @param heartbeat the time between heartbeats; a session on which nothing comes for three times
   *     that is replaced
   * @return the running client
   */
  static EchoClient connectUdp(String host, int port, Duration heartbeat) {
    return new SequencedEchoClient(
        Client.udp(host, port, UdpOptions.defaults().withProbe()), heartbeat);
  }

  /**
   * Has the server send back a text.
   *
   * @param text at most {@link EchoPacket#MAX_TEXT} bytes in UTF-8
   * @return what came back; fails if the session ends first
   */
  CompletableFuture<String> echo(String text);

  /**
   * {@return how many heartbeats the server has answered}
   */
  int heartbeats();

  /** Sends what has been accepted and closes the connection. */
  @Override
  void close();

  /**
   * Has a server echo some texts.
   *
   * @param args host and port, by default those of an {@link EchoServer} on this machine
   */
  static void main(String[] args) {
    String host = args.length > 0 ? args[0] : "localhost";
    int port = args.length > 1 ? Integer.parseInt(args[1]) : 9000;
    try (EchoClient client = connect(host, port, Duration.ofSeconds(5))) {
      for (String text : new String[] {"Hello, getty!", "你好", ""}) {
        System.out.printf("sent \"%s\", got back \"%s\"%n", text, client.echo(text).join());
      }
    }
  }
}
