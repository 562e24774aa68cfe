package io.gannet.transport.internal.loop;

import io.gannet.transport.EventLoops;
import io.gannet.transport.Io;
import io.gannet.transport.PeerCredentials;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Event loops on Netty, and the context that each provides to its sessions. */
public final class NettyEventLoops implements EventLoops {

  /** Marks the threads that must not block, whichever set of loops they belong to. */
  private static final class LoopThread extends FastThreadLocalThread {
    LoopThread(Runnable task, String name) {
      super(task, name);
      setDaemon(true);
    }
  }

  private static final AtomicInteger SETS = new AtomicInteger();

  private final NettyIo io;
  private final MultiThreadIoEventLoopGroup group;
  private final Watchdog watchdog;
  private final Map<EventLoop, LoopContext> contexts = new ConcurrentHashMap<>();

  /**
   * Starts the threads.
   *
   * @param io the I/O mechanism
   * @param threads the number of threads; 0 for one per processor
   */
  public NettyEventLoops(Io io, int threads) {
    if (threads < 0) {
      throw new IllegalArgumentException("threads must not be negative: " + threads);
    }
    this.io = NettyIo.of(io);
    String prefix = "gannet-io-" + SETS.incrementAndGet();
    AtomicInteger number = new AtomicInteger();
    ThreadFactory factory = task -> new LoopThread(task, prefix + "-" + number.incrementAndGet());
    int count = threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
    this.group =
        new MultiThreadIoEventLoopGroup(count, factory, this.io.handlers()) {
          @Override
          protected IoEventLoop newChild(
              Executor executor, IoHandlerFactory handlers, Object... none) {
            return new ChannelClosingLoop(
                this, executor, handlers, NettyEventLoops.this::endSessions);
          }
        };
    this.watchdog = new Watchdog(prefix + "-watchdog");
  }

  /** {@return whether the current thread is an I/O thread of Gannet} */
  public static boolean onLoopThread() {
    return Thread.currentThread() instanceof LoopThread;
  }

  @Override
  public Io io() {
    return io.io();
  }

  @Override
  public int threads() {
    return group.executorCount();
  }

  /** {@return the Netty group} */
  public MultiThreadIoEventLoopGroup group() {
    return group;
  }

  /** {@return the next loop in turn} */
  public EventLoop next() {
    return group.next();
  }

  /** {@return the class of connections of a kind} */
  public Class<? extends Channel> connection(SocketKind kind) {
    return io.connection(kind);
  }

  /** {@return the class of listening sockets of a kind} */
  public Class<? extends ServerChannel> listener(SocketKind kind) {
    return io.listener(kind);
  }

  /** {@return the options for a keep-alive period, as far as this kind of I/O supports them} */
  public Map<ChannelOption<?>, Object> keepAlivePeriod(Duration period) {
    return io.keepAlivePeriod(Math.toIntExact(period.toSeconds()));
  }

  /**
   * {@return the option for how long sent data may stay unacknowledged}
   *
   * @throws io.gannet.transport.TransportException if this kind of I/O doesn't support it
   */
  public Map<ChannelOption<?>, Object> userTimeout(Duration timeout) {
    return io.userTimeout(Math.toIntExact(timeout.toMillis()));
  }

  /**
   * {@return the option for the network interface of a socket; for one socket}
   *
   * @throws io.gannet.transport.TransportException if this kind of I/O doesn't support it
   */
  public Map<ChannelOption<?>, Object> device(String name) {
    return io.device(name);
  }

  /**
   * {@return a new UDP socket}
   *
   * @param ipv4 whether only for IPv4, which Netty (4.2.18) needs for IPv4 multicast
   */
  public DatagramChannel datagramSocket(boolean ipv4) {
    return io.datagramSocket(ipv4 ? SocketProtocolFamily.INET : null);
  }

  /** {@return the options for receiving datagrams} */
  public Map<ChannelOption<?>, Object> datagramReads() {
    return io.datagramReads();
  }

  /**
   * {@return the options for the number of routers that datagrams to groups may pass}
   *
   * @param hops 0 to 255
   * @param ipv4 whether the socket is only for IPv4
   */
  public Map<ChannelOption<?>, Object> multicastTtl(int hops, boolean ipv4) {
    return io.multicastTtl(hops, ipv4);
  }

  /** {@return the option that lets several sockets listen on one port} */
  public ChannelOption<Boolean> reusePort() {
    return io.reusePort();
  }

  /** {@return the maximum number of bytes of a Unix socket's name} */
  public int longestUnixName() {
    return io.longestUnixName();
  }

  /**
   * {@return the address of a Unix socket for these loops}
   *
   * @throws io.gannet.transport.TransportException if they don't support it, or the name is too
   *     long
   */
  public SocketAddress unixAddress(String name) {
    return io.unixAddress(name);
  }

  /** {@return whether a connection has been reset by its peer, as far as this I/O can tell} */
  public boolean isReset(Channel connection) {
    return io.isReset(connection);
  }

  /**
   * {@return whether a Unix socket distinguishes the end of the peer's side from that of the
   * connection}
   */
  public boolean unixEndsInHalves() {
    return io.unixEndsInHalves();
  }

  /**
   * {@return the credentials of the peer of a Unix socket, or null if they aren't supported here}
   *
   * @param connection a connection of a Unix socket
   * @throws IOException if the operating system doesn't provide them
   */
  public @Nullable PeerCredentials peerCredentials(Channel connection) throws IOException {
    return io.peerCredentials(connection);
  }

  /** {@return the context of a loop} */
  public LoopContext context(EventLoop loop) {
    return contexts.computeIfAbsent(loop, key -> new LoopContext(key, io.io(), watchdog));
  }

  private void endSessions(EventLoop loop) {
    LoopContext context = contexts.get(loop);
    if (context != null) {
      context.end();
    }
  }

  @Override
  public void close() {
    shutdown();
    if (!onLoopThread()) {
      awaitEnd(Duration.ofSeconds(10));
    }
  }

  /** Stops the threads without waiting. */
  void shutdown() {
    watchdog.close();
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS);
  }

  /** Waits until the threads have ended. */
  void awaitEnd(Duration timeout) {
    try {
      group.awaitTermination(timeout.toNanos(), TimeUnit.NANOSECONDS);
      for (EventExecutor loop : group) {
        contexts.remove(loop);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
