package io.gannet.examples.echo;

import io.gannet.transport.Server;
import io.gannet.transport.Shutdown;
import io.gannet.transport.UdpOptions;

/**
 * The {@link EchoServer} on UDP, like getty's: one packet in each datagram, heartbeats answered
 * with "pong". It has the same codec and listener. The session of an idle client is closed.
 *
 * <p>Its argument is a port (default 9002). Stop it with SIGTERM.
 */
public final class UdpEchoServer {

  private UdpEchoServer() {}

  /**
   * Starts a server.
   *
   * @param host the address to listen on
   * @param port the port to listen on; 0 for a free port
   * @param limits the limits
   * @return the running server
   */
  public static Server<EchoPacket> start(String host, int port, EchoServer.Limits limits) {
    return Server.udp(host, port, UdpOptions.defaults())
        .codec(GettyEchoCodec.INSTANCE)
        .name("echo-udp")
        .listener(new EchoListener(limits, PacketHandler.pong()))
        .maxSessions(limits.maxSessions())
        .readIdleTimeout(limits.sessionTimeout())
        .start();
  }

  /**
   * Runs a server until the process is asked to end.
   *
   * @param args the port
   */
  public static void main(String[] args) {
    int port = args.length > 0 ? Integer.parseInt(args[0]) : 9002;
    Server<EchoPacket> server = start("0.0.0.0", port, EchoServer.Limits.defaults());
    Shutdown.onSignal(server);
    System.out.println("listening udp://0.0.0.0:" + server.port());
    server.whenStopped().toCompletableFuture().join();
  }
}
