package io.gannet.examples.echo;

import io.gannet.transport.Server;
import io.gannet.transport.Shutdown;
import io.gannet.transport.UdpOptions;

/**
 * The {@link EchoServer} on UDP, as getty's: one packet in each datagram, heartbeats answered with "pong".
 * The codec and the listener are the same; a client that has been silent for too long is forgotten.
 *
 * <p>Run it with a port as its argument, 9002 without one, and end it with SIGTERM.
 */
public final class UdpEchoServer {

  private UdpEchoServer() {}

  /**
   * Starts a server.
   *
   * @param host where to listen
   * @param port where to listen; 0 for a free port
   * @param limits what it allows
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
