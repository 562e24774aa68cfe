package io.gannet.examples.chat;

import io.gannet.transport.Backoff;
import io.gannet.transport.Client;
import io.gannet.transport.ClientBuilder;
import io.gannet.transport.Session;
import io.gannet.transport.SessionListener;
import io.gannet.transport.codec.Codecs;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.time.Duration;

/**
 * The chat's client. It replaces a lost session automatically, and enters with the same name again.
 */
public final class ChatClient {

  private ChatClient() {}

  /**
   * Prepares a client. Starts one client.
   *
   * @param host the server's host
   * @param port the server's port
   * @param name the name of the member
   * @param listener receives every line
   * @return the builder
   */
  public static ClientBuilder<String> builder(
      String host, int port, String name, SessionListener<String> listener) {
    return Client.tcp(host, port)
        .codec(Codecs.lines())
        .name(name)
        .listener(new Entering(name, listener))
        .reconnect(
            Backoff.exponential(Duration.ofMillis(50), Duration.ofSeconds(2)).withFullJitter());
  }

  /**
   * Chats in a terminal.
   *
   * @param args the name; optionally host and port, by default those of a {@link ChatServer} on
   *     this machine
   * @throws IOException if reading from the terminal fails
   */
  public static void main(String[] args) throws IOException {
    String name = args.length > 0 ? args[0] : System.getProperty("user.name");
    String host = args.length > 1 ? args[1] : "localhost";
    int port = args.length > 2 ? Integer.parseInt(args[2]) : 9000;
    BufferedReader terminal =
        new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
    try (Client<String> client =
        builder(host, port, name, (session, line) -> System.out.println(line)).start()) {
      for (String line = terminal.readLine();
          line != null && !line.equals("/quit");
          line = terminal.readLine()) {
        Session<String> session = client.session();
        session.send(line);
      }
    }
  }
}
