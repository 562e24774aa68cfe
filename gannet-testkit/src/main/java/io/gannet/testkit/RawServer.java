package io.gannet.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Listens on a free port of this machine and returns each connection as a {@link RawPeer}. */
public final class RawServer implements AutoCloseable {
  private static final int MAX_FILLERS = 64;
  private static final int FILLER_PATIENCE_MILLIS = 200;

  private final ServerSocket listener;
  private final List<RawPeer> accepted = new CopyOnWriteArrayList<>();
  private final List<Socket> fillers = new ArrayList<>();

  private RawServer(InetSocketAddress address, int backlog, int receiveBuffer) {
    try {
      listener = new ServerSocket();
      if (receiveBuffer > 0) {
        listener.setReceiveBufferSize(receiveBuffer);
      }
      listener.bind(address, backlog);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Starts to listen.
   *
   * @return the server
   */
  public static RawServer start() {
    return start(0);
  }

  /**
   * Starts to listen with a given receive buffer for the connections.
   *
   * @param receiveBuffer {@code SO_RCVBUF} in bytes; the operating system may round it up; 0 for
   *     its default
   * @return the server
   */
  public static RawServer start(int receiveBuffer) {
    return new RawServer(freePort(), 1024, receiveBuffer);
  }

  /**
   * Starts to listen on a given address.
   *
   * @param address an address of this machine
   * @param port the port; must be free there
   * @return the server
   */
  public static RawServer start(String address, int port) {
    return new RawServer(new InetSocketAddress(address, port), 1024, 0);
  }

  private static InetSocketAddress freePort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  /**
   * Starts to listen and fills the queue of connections that wait to be accepted, so that further
   * attempts to connect get no answer, as from a slow or overloaded host.
   *
   * @return the server; its {@link #accept} returns the fillers first
   */
  public static RawServer startFull() {
    return startFull(freePort());
  }

  /**
   * Does the same as {@link #startFull()} on a given address.
   *
   * @param address an address of this machine
   * @param port the port; must be free there
   * @return the server; its {@link #accept} returns the fillers first
   */
  public static RawServer startFull(String address, int port) {
    return startFull(new InetSocketAddress(address, port));
  }

  private static RawServer startFull(InetSocketAddress address) {
    RawServer server = new RawServer(address, 1, 0);
    for (int i = 0; i < MAX_FILLERS; i++) {
      Socket filler = new Socket();
      server.fillers.add(filler);
      try {
        filler.connect(server.listener.getLocalSocketAddress(), FILLER_PATIENCE_MILLIS);
      } catch (SocketTimeoutException e) {
        return server;
      } catch (IOException e) {
        server.close();
        throw new UncheckedIOException(e);
      }
    }
    server.close();
    throw new IllegalStateException(
        "this system queues any number of connections that are not accepted");
  }

  /**
   * Returns the port that the server listens on.
   *
   * @return the port
   */
  public int port() {
    return listener.getLocalPort();
  }

  /**
   * Waits for the next connection.
   *
   * @return this side of the connection; closed with this server
   * @throws AssertionError if there is none within ten seconds
   */
  public RawPeer accept() {
    return accept(Duration.ofSeconds(10));
  }

  /**
   * Waits for the next connection.
   *
   * @param within the maximum time to wait
   * @return this side of the connection; closed with this server
   * @throws AssertionError if there is none in time
   */
  public RawPeer accept(Duration within) {
    try {
      listener.setSoTimeout(Math.max(1, (int) within.toMillis()));
      RawPeer peer = new RawPeer(listener.accept());
      accepted.add(peer);
      return peer;
    } catch (SocketTimeoutException e) {
      throw new AssertionError("no connection within " + within, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stops listening and closes all connections. */
  @Override
  public void close() {
    Sockets.close(listener);
    accepted.forEach(RawPeer::close);
    fillers.forEach(Sockets::close);
  }
}
