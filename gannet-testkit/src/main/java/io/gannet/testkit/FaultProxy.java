package io.gannet.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A TCP proxy on this machine that stands between a client and a server and spoils what it forwards: see {@link Faults}. Ends
 * and resets of one side are passed on to the other.
 *
 * <pre>{@code
 * try (FaultProxy proxy = FaultProxy.to(server.port())) {
 *     connect(proxy.port());
 *     proxy.toServer().split(1);
 *     ...
 *     proxy.reset();
 * }
 * }</pre>
 */
public final class FaultProxy implements AutoCloseable {
  private final Faults toServer = new Faults();
  private final Faults toClient = new Faults();
  private final List<Connection> connections = new CopyOnWriteArrayList<>();
  private final AtomicInteger accepted = new AtomicInteger();
  private final int port;
  private volatile int targetPort;
  private volatile ServerSocket listener;
  private volatile Thread acceptor;

  /** Holds the port while nobody listens on it, so that no other process is given it. */
  private volatile Socket placeholder = new Socket();

  private volatile boolean closed;

  private FaultProxy(int targetPort) {
    this.targetPort = targetPort;
    this.listener = listen(0);
    this.port = listener.getLocalPort();
    this.acceptor = accept(listener);
  }

  /**
   * Starts a proxy on a free port.
   *
   * @param targetPort where connections are forwarded to, on this machine
   * @return the proxy
   */
  public static FaultProxy to(int targetPort) {
    return new FaultProxy(targetPort);
  }

  /**
   * The port that clients connect to.
   *
   * @return the port
   */
  public int port() {
    return port;
  }

  /**
   * Sends connections that come from now on elsewhere, for a server that comes back on another port.
   *
   * @param newPort a port of this machine
   */
  public void target(int newPort) {
    targetPort = newPort;
  }

  /**
   * What is done to bytes from the client to the server.
   *
   * @return the faults, for all connections
   */
  public Faults toServer() {
    return toServer;
  }

  /**
   * What is done to bytes from the server to the client.
   *
   * @return the faults, for all connections
   */
  public Faults toClient() {
    return toClient;
  }

  /** Forwards everything as it is again. */
  public void heal() {
    toServer.none();
    toClient.none();
  }

  /**
   * The connections that stand, the oldest first.
   *
   * @return a snapshot
   */
  public List<Connection> connections() {
    return List.copyOf(connections);
  }

  /**
   * How many connections have ever been made.
   *
   * @return the number
   */
  public int accepted() {
    return accepted.get();
  }

  /** Resets every connection, on both sides. New ones are welcome. */
  public void reset() {
    connections.forEach(Connection::reset);
  }

  /**
   * Refuses new connections as if no server were there. Those that stand are left alone.
   *
   * @param on whether to
   */
  public void refuse(boolean on) {
    if (on) {
      stopListening();
      placeholder = hold(port);
    } else if (listener.isClosed() && !closed) {
      Sockets.close(placeholder);
      listener = listen(port);
      acceptor = accept(listener);
    }
  }

  /** Closes the port and every connection. */
  @Override
  public void close() {
    closed = true;
    stopListening();
    Sockets.close(placeholder);
    connections.forEach(Connection::close);
  }

  /** Returns when the port is really closed, which is when nobody waits in accept any more. */
  private void stopListening() {
    Sockets.close(listener);
    try {
      acceptor.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static ServerSocket listen(int port) {
    try {
      ServerSocket socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Socket hold(int port) {
    Socket socket = new Socket();
    try {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return socket;
    } catch (IOException e) {
      Sockets.close(socket);
      throw new UncheckedIOException(e);
    }
  }

  private Thread accept(ServerSocket from) {
    return Thread.ofVirtual()
        .name("fault-proxy-" + port)
        .start(() -> {
          while (!from.isClosed()) {
            try {
              Socket client = from.accept();
              accepted.incrementAndGet();
              Thread.ofVirtual().start(() -> connect(client));
            } catch (IOException e) {
              // Closed, or the client gave up before it was accepted.
            }
          }
        });
  }

  private void connect(Socket client) {
    Connection connection = new Connection(client);
    // Before the server hears of it, so that who has been accepted by the server is in the list.
    connections.add(connection);
    try {
      connection.connect(targetPort);
      connection.start();
    } catch (IOException e) {
      connection.reset();
    }
    if (closed) {
      connection.close();
    }
  }

  /** One connection through the proxy. */
  public final class Connection {
    private final Socket client;
    private final Socket server = new Socket();
    private final AtomicInteger open = new AtomicInteger(2);
    private final CountDownLatch started = new CountDownLatch(1);
    private volatile boolean gone;

    private Connection(Socket client) {
      this.client = client;
    }

    private void connect(int serverPort) throws IOException {
      server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort));
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
    }

    private void start() throws IOException {
      InputStream fromClient = client.getInputStream();
      InputStream fromServer = server.getInputStream();
      OutputStream outToServer = server.getOutputStream();
      OutputStream outToClient = client.getOutputStream();
      started.countDown();
      Thread.ofVirtual().start(() -> pump(fromClient, server, outToServer, toServer));
      Thread.ofVirtual().start(() -> pump(fromServer, client, outToClient, toClient));
    }

    /** Breaks it off: both sides get a reset. */
    public void reset() {
      end();
      Sockets.reset(client);
      Sockets.reset(server);
    }

    /** Closes it on both sides. */
    public void close() {
      end();
      Sockets.close(client);
      Sockets.close(server);
    }

    /** Ends the stream towards the server, while the server may go on to send. */
    public void endToServer() {
      awaitStart();
      Sockets.shutdownOutput(server);
    }

    /** Ends the stream towards the client, while the client may go on to send. */
    public void endToClient() {
      awaitStart();
      Sockets.shutdownOutput(client);
    }

    private void awaitStart() {
      try {
        started.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void end() {
      started.countDown();
      gone = true;
      connections.remove(this);
      toServer.changed();
      toClient.changed();
    }

    private void pump(InputStream in, Socket to, OutputStream out, Faults faults) {
      try {
        byte[] buffer = new byte[16 * 1024];
        long position = 0;
        faults.awaitTurn(0, () -> gone);
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          position = forward(buffer, n, position, out, to, faults);
          if (faults.resetsAt(position)) {
            reset();
            return;
          }
          faults.awaitTurn(0, () -> gone);
        }
        faults.awaitTurn(0, () -> gone);
        if (faults.dropping()) {
          return;
        }
        Sockets.shutdownOutput(to);
        if (open.decrementAndGet() == 0) {
          close();
        }
      } catch (IOException e) {
        if (!faults.dropping()) {
          reset();
        }
      } catch (InterruptedException e) {
        close();
      }
    }

    /** Forwards what was read, as far as the faults let it; returns how far the stream has come. */
    private long forward(
        byte[] buffer, int length, long start, OutputStream out, Socket to, Faults faults)
        throws IOException, InterruptedException {
      long position = start;
      int done = 0;
      while (done < length && !gone && !faults.resetsAt(position)) {
        int piece = faults.piece(position, length - done);
        if (faults.endsAt(position)) {
          Sockets.shutdownOutput(to);
          piece = length - done;
        } else {
          faults.awaitTurn(piece, () -> gone);
          if (!faults.dropping() && !gone) {
            faults.corrupt(position, buffer, done, piece);
            out.write(buffer, done, piece);
          }
        }
        done += piece;
        position += piece;
      }
      return position;
    }
  }
}
