package io.gannet.examples.lines;

import io.gannet.transport.Server;
import io.gannet.transport.Shutdown;
import io.gannet.transport.codec.Codecs;

/** Sends back every line. Try it with {@code nc localhost 9000}. */
public final class LinesServer {

  private LinesServer() {}

  /**
   * Starts a server.
   *
   * @param port the port to listen on; 0 for a free port
   * @return the running server
   */
  public static Server<String> start(int port) {
    return Server.tcp(port)
        .codec(Codecs.lines())
        .onMessage((session, text) -> session.send(text))
        .start();
  }

  /**
   * Runs a server until the process is asked to end.
   *
   * @param args the port (default 9000)
   */
  public static void main(String[] args) {
    Server<String> server = start(args.length > 0 ? Integer.parseInt(args[0]) : 9000);
    Shutdown.onSignal(server);
    System.out.println("listening tcp://0.0.0.0:" + server.port());
    server.whenStopped().toCompletableFuture().join();
  }
}
