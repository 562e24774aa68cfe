package io.gannet.examples.xtcp;

import com.google.protobuf.Message;
import io.gannet.transport.Client;
import io.gannet.transport.StopMode;
import java.util.concurrent.CompletionException;

/** The client of the example. */
public final class XtcpClient {

  private XtcpClient() {}

  /**
   * Logs in, chats until both have said goodbye, and stops gracefully.
   *
   * @param host the server's host
   * @param port the server's port
   * @param account the account to log in with
   * @param password the account's password
   * @return true if the conversation is complete, false if the server refused the login or closed
   *     the connection
   * @throws CompletionException if the client can't connect, with the cause
   */
  public static boolean converse(String host, int port, String account, String password) {
    ClientListener listener = new ClientListener(account, password);
    Client<Message> client =
        Client.tcp(host, port)
            .codec(Messages.codec())
            .name("xtcp-client")
            .listener(listener)
            .maxMessageSize(64 * 1024)
            // The client has only one conversation.
            .noReconnect()
            .observer(listener.attempts())
            .start();
    try {
      return listener.done().toCompletableFuture().join();
    } finally {
      client.stop(StopMode.DRAIN_AND_WAIT);
    }
  }
}
