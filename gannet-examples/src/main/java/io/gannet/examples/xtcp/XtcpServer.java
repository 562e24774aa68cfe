package io.gannet.examples.xtcp;

import com.google.protobuf.Message;
import io.gannet.transport.Server;
import java.util.Map;

/** The server of the example: knows some accounts, and chats with those who have logged in. */
public final class XtcpServer {

  private XtcpServer() {}

  /**
   * Starts a server.
   *
   * @param host where to listen
   * @param port where to listen; 0 for a free port
   * @param accounts the password of each account
   * @return the running server
   */
  public static Server<Message> start(String host, int port, Map<String, String> accounts) {
    return Server.tcp(host, port)
        .codec(Messages.codec())
        .name("xtcp-server")
        .listener(new ServerListener(accounts))
        // A login and a line of chat are short.
        .maxMessageSize(64 * 1024)
        .start();
  }
}
