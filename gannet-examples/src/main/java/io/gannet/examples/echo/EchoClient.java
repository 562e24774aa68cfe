package io.gannet.examples.echo;

import io.gannet.transport.Client;
import io.gannet.transport.UdpOptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** The echo client. It matches answers to questions by their sequence number. */
public interface EchoClient extends AutoCloseable {

  /**
   * Connects to a server, and reconnects until it is closed. While it has nothing else to send it
   * sends heartbeats, so that the server doesn't close the session as idle.
   *
   * @param host the server's host
   * @param port the server's port
   * @param heartbeat the time between heartbeats; a session that receives nothing for three times
   *     that is replaced
   * @return the running client
   */
  static EchoClient connect(String host, int port, Duration heartbeat) {
    return new SequencedEchoClient(Client.tcp(host, port), heartbeat);
  }

  /**
   * Works like {@link #connect}, on UDP. Lost datagrams are not sent again, so limit the time to
   * wait for an answer.
   *
   * @param host the server's host
   * @param port the server's port
   * @param heartbeat the time between heartbeats; a session that receives nothing for three times
   *     that is replaced
   * @return the running client
   */
  static EchoClient connectUdp(String host, int port, Duration heartbeat) {
    return new SequencedEchoClient(
        Client.udp(host, port, UdpOptions.defaults().withProbe()), heartbeat);
  }

  /**
   * Sends a text that the server returns.
   *
   * @param text at most {@link EchoPacket#MAX_TEXT} bytes in UTF-8
   * @return the returned text; fails if the session ends first
   */
  CompletableFuture<String> echo(String text);

  /** {@return the number of answered heartbeats} */
  int heartbeats();

  /** Sends accepted texts and closes the connection. */
  @Override
  void close();

  /**
   * Sends some texts to a server and prints the answers.
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
