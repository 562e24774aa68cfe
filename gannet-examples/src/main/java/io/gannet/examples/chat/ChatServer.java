package io.gannet.examples.chat;

import io.gannet.transport.QueuePolicy;
import io.gannet.transport.Server;
import io.gannet.transport.ServerBuilder;
import io.gannet.transport.Shutdown;
import io.gannet.transport.codec.Codecs;

/** The chat's server. Try it with {@code nc localhost 9000}. */
public final class ChatServer {

  private ChatServer() {}

  /**
   * Starts a server with an empty room.
   *
   * @param host the address to listen on
   * @param port the port to listen on; 0 for a free port
   * @return the running server
   */
  public static Server<String> start(String host, int port) {
    return builder(host, port).start();
  }

  /**
   * Prepares a server with an empty room, for callers that change or observe it. The builder starts
   * one server.
   *
   * @param host the address to listen on
   * @param port the port to listen on; 0 for a free port
   * @return the builder
   */
  public static ServerBuilder<String> builder(String host, int port) {
    return Server.tcp(host, port)
        .codec(Codecs.lines())
        .name("chat")
        .listener(new ChatRoom())
        // Chat lines are short.
        .maxMessageSize(4096)
        // Closes members that read too slowly. Otherwise the others would wait for them, or they
        // would miss lines.
        .queuePolicy(QueuePolicy.CLOSE);
  }

  /**
   * Runs a server until the process is asked to end.
   *
   * @param args the port (default 9000)
   */
  public static void main(String[] args) {
    int port = args.length > 0 ? Integer.parseInt(args[0]) : 9000;
    Server<String> server = start("0.0.0.0", port);
    Shutdown.onSignal(server);
    System.out.println("listening tcp://0.0.0.0:" + server.port());
    server.whenStopped().toCompletableFuture().join();
  }
}
