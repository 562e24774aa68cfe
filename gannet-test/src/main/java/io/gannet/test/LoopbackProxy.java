package io.gannet.test;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The only implementation of {@link FaultProxy}. A thread accepts, and a virtual thread forwards
 * each direction.
 *
 * <p>A client that has connected may still be waiting to be accepted. So whatever looks at the
 * connections accepts first those that wait.
 */
final class LoopbackProxy implements FaultProxy {
  private static final long ACCEPT_PAUSE_NANOS = Duration.ofMillis(10).toNanos();

  private final ProxyFaults toServer = new ProxyFaults();
  private final ProxyFaults toClient = new ProxyFaults();
  private final List<Forwarded> connections = new CopyOnWriteArrayList<>();
  private final AtomicInteger accepted = new AtomicInteger();

  /** Occupies the port also while the proxy doesn't listen, so that no other process gets it. */
  private final Socket placeholder;

  private final int port;
  private volatile int targetPort;

  /** Held while connections are accepted; never taken before {@link #lock}. */
  private final ReentrantLock accepting = new ReentrantLock();

  /** Guards the fields below. */
  private final ReentrantLock lock = new ReentrantLock();

  private volatile Listener listener;

  private boolean closed;

  LoopbackProxy(int targetPort) {
    this.targetPort = targetPort;
    this.placeholder = hold();
    this.port = placeholder.getLocalPort();
    try {
      this.listener = new Listener(port);
    } catch (UncheckedIOException e) {
      close(placeholder);
      throw e;
    }
    listener.start();
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public void redirect(int newPort) {
    targetPort = newPort;
  }

  @Override
  public Faults toServer() {
    return toServer;
  }

  @Override
  public Faults toClient() {
    return toClient;
  }

  @Override
  public void refuse(boolean on) {
    lock.lock();
    try {
      if (closed || on != listener.isOpen()) {
        return;
      }
      if (on) {
        acceptWaiting();
        listener.stop();
      } else {
        listener = new Listener(port);
        listener.start();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void heal() {
    toServer.heal();
    toClient.heal();
    refuse(false);
  }

  @Override
  public List<Connection> connections() {
    acceptWaiting();
    return List.copyOf(connections);
  }

  @Override
  public int accepted() {
    acceptWaiting();
    return accepted.get();
  }

  @Override
  public void resetConnections() {
    acceptWaiting();
    connections.forEach(Forwarded::reset);
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      listener.stop();
      close(placeholder);
    } finally {
      lock.unlock();
    }
    acceptWaiting(); // nothing is left to accept: returns when all accepted ones are in the list
    connections.forEach(Forwarded::close);
  }

  /** Accepts the connections that wait, and returns when they are in the list. */
  private void acceptWaiting() {
    accepting.lock();
    try {
      for (SocketChannel client = listener.accept(); client != null; client = listener.accept()) {
        Forwarded connection = new Forwarded(client.socket());
        // Before the server sees it, so that the list contains all that the server has accepted.
        connections.add(connection);
        accepted.incrementAndGet();
        Thread.ofVirtual().start(connection::run);
      }
    } finally {
      accepting.unlock();
    }
  }

  /** Binds a socket to a free port, to which a {@link Listener} can be bound as well. */
  private static Socket hold() {
    Socket socket = new Socket();
    try {
      socket.setReuseAddress(true);
      if (socket.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT)) {
        socket.setOption(StandardSocketOptions.SO_REUSEPORT, true); // needed on macOS
      }
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      return socket;
    } catch (IOException e) {
      close(socket);
      throw new UncheckedIOException("can't hold a port", e);
    }
  }

  private static void close(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception e) {
      // The socket is closed, which is the goal.
    }
  }

  private static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
    } catch (SocketException e) {
      // Already closed.
    }
    close(socket);
  }

  private static void shutdownOutput(Socket socket) {
    try {
      socket.shutdownOutput();
    } catch (IOException e) {
      // Already closed, or already shut down.
    }
  }

  /** Listens on the port, until it is stopped. */
  private final class Listener {
    private final ServerSocketChannel channel;
    private final Selector selector;
    private final Thread thread;

    Listener(int port) {
      try {
        channel = ServerSocketChannel.open();
        try {
          channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
          if (channel.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT)) {
            channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
          }
          channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
          channel.configureBlocking(false);
          selector = Selector.open();
          channel.register(selector, SelectionKey.OP_ACCEPT);
        } catch (IOException e) {
          LoopbackProxy.close(channel);
          throw e;
        }
      } catch (IOException e) {
        throw new UncheckedIOException("can't listen on port " + port, e);
      }
      thread = Thread.ofPlatform().daemon().name("fault-proxy-" + port).unstarted(this::run);
    }

    void start() {
      thread.start();
    }

    boolean isOpen() {
      return channel.isOpen();
    }

    /** Returns the next connection that waits, or null. */
    @Nullable SocketChannel accept() {
      try {
        return channel.accept();
      } catch (IOException e) {
        if (isOpen()) {
          // The client closed the connection, or no file descriptors are left.
          LockSupport.parkNanos(ACCEPT_PAUSE_NANOS);
        }
        return null;
      }
    }

    private void run() {
      try (selector) {
        while (isOpen()) {
          selector.select(key -> acceptWaiting());
        }
      } catch (IOException e) {
        throw new UncheckedIOException("can't wait for connections", e);
      }
    }

    /** Returns when the port is free, which is when the thread no longer waits for connections. */
    void stop() {
      LoopbackProxy.close(channel);
      selector.wakeup();
      boolean interrupted = false;
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private final class Forwarded implements Connection {
    private final Socket client;
    private final Socket server = new Socket();
    private final AtomicInteger open = new AtomicInteger(2);
    private final CountDownLatch started = new CountDownLatch(1);
    private volatile boolean gone;

    Forwarded(Socket client) {
      this.client = client;
    }

    void run() {
      try {
        server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort));
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        InputStream fromClient = client.getInputStream();
        InputStream fromServer = server.getInputStream();
        OutputStream outToServer = server.getOutputStream();
        OutputStream outToClient = client.getOutputStream();
        started.countDown();
        Thread.ofVirtual().start(() -> pump(fromServer, client, outToClient, toClient));
        pump(fromClient, server, outToServer, toServer);
      } catch (IOException e) {
        resetUnlessEnded();
      }
    }

    /** What fails because the connection is being closed must not turn its end into a reset. */
    private void resetUnlessEnded() {
      if (!gone) {
        reset();
      }
    }

    @Override
    public void reset() {
      end();
      LoopbackProxy.reset(client);
      LoopbackProxy.reset(server);
    }

    @Override
    public void close() {
      end();
      LoopbackProxy.close(client);
      LoopbackProxy.close(server);
    }

    @Override
    public void endToServer() {
      awaitStart();
      shutdownOutput(server);
    }

    @Override
    public void endToClient() {
      awaitStart();
      shutdownOutput(client);
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

    private void pump(InputStream in, Socket to, OutputStream out, ProxyFaults faults) {
      try {
        byte[] buffer = new byte[16 * 1024];
        long position = 0;
        faults.awaitThaw(() -> gone);
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          position = forward(buffer, n, position, out, to, faults);
          if (faults.resetsAt(position)) {
            reset();
            return;
          }
          faults.awaitThaw(() -> gone);
        }
        faults.awaitTurn(0, () -> gone);
        if (faults.dropping()) {
          return;
        }
        shutdownOutput(to);
        if (open.decrementAndGet() == 0) {
          close();
        }
      } catch (IOException e) {
        if (!faults.dropping()) {
          resetUnlessEnded();
        }
      } catch (InterruptedException e) {
        close();
      }
    }

    /**
     * Forwards the data that was read, as far as the faults allow; returns the new position in the
     * stream.
     */
    private long forward(
        byte[] buffer, int length, long start, OutputStream out, Socket to, ProxyFaults faults)
        throws IOException, InterruptedException {
      long position = start;
      int done = 0;
      while (done < length && !gone && !faults.resetsAt(position)) {
        int piece = faults.piece(position, length - done);
        if (faults.endsAt(position)) {
          shutdownOutput(to);
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
