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
   * @param host where to listen
   * @param port where to listen; 0 for a free port
   * @return the running server
   */
  public static Server<String> start(String host, int port) {
    return builder(host, port).start();
  }

  /**
   * Prepares a server with an empty room, for who wants to change or watch something. Starts one
   * server.
   *
   * @param host where to listen
   * @param port where to listen; 0 for a free port
   * @return the builder
   */
  public static ServerBuilder<String> builder(String host, int port) {
    return Server.tcp(host, port)
        .codec(Codecs.lines())
        .name("chat")
        .listener(new ChatRoom())
        // Nobody says that much at once.
        .maxMessageSize(4096)
        // Who reads too slowly is put out: the others would wait for him, or he would miss lines.
        .queuePolicy(QueuePolicy.CLOSE);
  }

  /**
   * Runs a server until the process is asked to end.
   *
   * @param args the port, 9000 without one
   */
  public static void main(String[] args) {
    int port = args.length > 0 ? Integer.parseInt(args[0]) : 9000;
    Server<String> server = start("0.0.0.0", port);
    Shutdown.onSignal(server);
    System.out.println("listening tcp://0.0.0.0:" + server.port());
    server.whenStopped().toCompletableFuture().join();
  }
}
