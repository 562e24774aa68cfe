package io.gannet.examples.xtcp;

import com.google.protobuf.Message;
import io.gannet.transport.Server;
import java.util.Map;

/**
 * The server of the example. It knows some accounts, and chats with clients that have logged in.
 */
public final class XtcpServer {

  private XtcpServer() {}

  /**
   * Starts a server.
   *
   * @param host the address to listen on
   * @param port the port to listen on; 0 for a free port
   * @param accounts the password of each account
   * @return the running server
   */
  public static Server<Message> start(String host, int port, Map<String, String> accounts) {
    return Server.tcp(host, port)
        .codec(Messages.codec())
        .name("xtcp-server")
        .listener(new ServerListener(accounts))
        // Logins and chat lines are short.
        .maxMessageSize(64 * 1024)
        .start();
  }
}
