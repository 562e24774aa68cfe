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

/** Listens on a free port of this machine and hands out each connection as a {@link RawPeer}. */
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
   * Starts to listen with a receive buffer of one's own choice for the connections.
   *
   * @param receiveBuffer {@code SO_RCVBUF} in bytes; the operating system may round it up; 0 for what it likes
   * @return the server
   */
  public static RawServer start(int receiveBuffer) {
    return new RawServer(freePort(), 1024, receiveBuffer);
  }

  /**
   * Starts to listen on an address of one's own choice.
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
   * Starts to listen and fills the queue of connections that wait to be accepted, so that an attempt to connect gets no
   * answer at all: what a slow or overloaded host looks like.
   *
   * @return the server; its {@link #accept} returns the fillers first
   */
  public static RawServer startFull() {
    return startFull(freePort());
  }

  /**
   * The same on an address of one's own choice.
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
        "this system takes any number of connections that nobody accepts");
  }

  /**
   * The port it listens on.
   *
   * @return the port
   */
  public int port() {
    return listener.getLocalPort();
  }

  /**
   * Waits for the next connection.
   *
   * @return its end on this side; closed with this server
   * @throws AssertionError if none comes within ten seconds
   */
  public RawPeer accept() {
    return accept(Duration.ofSeconds(10));
  }

  /**
   * Waits for the next connection.
   *
   * @param within how long to wait
   * @return its end on this side; closed with this server
   * @throws AssertionError if none comes
   */
  public RawPeer accept(Duration within) {
    try {
      listener.setSoTimeout(Math.max(1, (int) within.toMillis()));
      RawPeer peer = new RawPeer(listener.accept());
      accepted.add(peer);
      return peer;
    } catch (SocketTimeoutException e) {
      throw new AssertionError("nobody connected within " + within, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stops to listen and closes every connection. */
  @Override
  public void close() {
    Sockets.close(listener);
    accepted.forEach(RawPeer::close);
    fillers.forEach(Sockets::close);
  }
}
