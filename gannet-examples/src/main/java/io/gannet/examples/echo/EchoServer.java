package io.gannet.examples.echo;

import io.gannet.transport.Server;
import io.gannet.transport.Shutdown;
import java.time.Duration;

/**
 * The echo server, like getty's {@code echo-server} example.
 *
 * <p>Its argument is a port (default 9000). Stop it with SIGTERM.
 */
public final class EchoServer {

  private EchoServer() {}

  /**
   * The limits of the server.
   *
   * @param maxSessions the maximum number of sessions
   * @param sessionTimeout how long a session may send nothing
   */
  public record Limits(int maxSessions, Duration sessionTimeout) {

    /** {@return 1,024 sessions that may be silent for 20 s} */
    public static Limits defaults() {
      return new Limits(1024, Duration.ofSeconds(20));
    }
  }

  /**
   * Starts a server.
   *
   * @param host the address to listen on
   * @param port the port to listen on; 0 for a free port
   * @param limits the limits
   * @return the running server
   */
  public static Server<EchoPacket> start(String host, int port, Limits limits) {
    return Server.tcp(host, port)
        .codec(GettyEchoCodec.INSTANCE)
        .name("echo")
        .listener(new EchoListener(limits))
        // Checks each session a few times per timeout.
        .cron(limits.sessionTimeout().dividedBy(4))
        .start();
  }

  /**
   * Runs a server until the process is asked to end.
   *
   * @param args the port
   */
  public static void main(String[] args) {
    int port = args.length > 0 ? Integer.parseInt(args[0]) : 9000;
    Server<EchoPacket> server = start("0.0.0.0", port, Limits.defaults());
    Shutdown.onSignal(server);
    System.out.println("listening tcp://0.0.0.0:" + server.port());
    server.whenStopped().toCompletableFuture().join();
  }
}
