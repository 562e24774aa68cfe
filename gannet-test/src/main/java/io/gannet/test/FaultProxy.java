package io.gannet.test;

import java.util.List;

/**
 * A TCP proxy on this machine, between a client and a server, for fault injection. A test resets
 * connections, refuses them, or sets {@link Faults} for each direction. Without faults it forwards
 * everything unchanged; the end of a stream and a reset on one side are passed on to the other.
 *
 * <pre>{@code
 * try (FaultProxy proxy = FaultProxy.to(server.port())) {
 *   connect(proxy.port());
 *   proxy.toServer().split(1); // single bytes
 *   proxy.resetConnections();
 * }
 * }</pre>
 *
 * <p>Safe for use by any number of threads.
 */
public interface FaultProxy extends AutoCloseable {

  /**
   * Starts a proxy to a server on this machine, on a free port of the loopback address.
   *
   * @param targetPort the port that connections are forwarded to
   * @return the proxy
   * @throws java.io.UncheckedIOException if there is no free port
   */
  static FaultProxy to(int targetPort) {
    return new LoopbackProxy(targetPort);
  }

  /**
   * Returns the port that clients connect to. It stays the same until the proxy is closed.
   *
   * @return the port
   */
  int port();

  /**
   * Forwards new connections to another port, for a server that restarts on another port. Existing
   * connections keep their server.
   *
   * @param targetPort a port of this machine
   */
  void redirect(int targetPort);

  /**
   * Returns the faults for bytes from the client to the server.
   *
   * @return the faults, for all connections
   */
  Faults toServer();

  /**
   * Returns the faults for bytes from the server to the client.
   *
   * @return the faults, for all connections
   */
  Faults toClient();

  /**
   * Refuses new connections as if no server were listening, or accepts them again. Existing
   * connections continue.
   *
   * @param on whether to refuse
   * @throws java.io.UncheckedIOException if the port can't be bound again
   */
  void refuse(boolean on);

  /** Removes all faults: forwards everything unchanged, and accepts connections. */
  void heal();

  /**
   * Returns the existing connections, the oldest first.
   *
   * @return a snapshot
   */
  List<Connection> connections();

  /**
   * Returns the number of connections accepted since the proxy was started.
   *
   * @return the number
   */
  int accepted();

  /**
   * Resets every connection on both sides, also if its client has only just connected. New
   * connections are accepted.
   */
  void resetConnections();

  /** Frees the port, and closes every connection. */
  @Override
  void close();

  /** One connection through the proxy. */
  interface Connection {

    /** Resets both sides of the connection. */
    void reset();

    /** Closes both sides of the connection gracefully. */
    void close();

    /** Ends the stream to the server. The server may continue to send. */
    void endToServer();

    /** Ends the stream to the client. The client may continue to send. */
    void endToClient();
  }
}
