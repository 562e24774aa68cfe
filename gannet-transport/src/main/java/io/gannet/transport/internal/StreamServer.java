package io.gannet.transport.internal;

import io.gannet.transport.CloseReason;
import io.gannet.transport.Endpoint;
import io.gannet.transport.Io;
import io.gannet.transport.RejectReason;
import io.gannet.transport.Server;
import io.gannet.transport.Session;
import io.gannet.transport.TransportException;
import io.gannet.transport.internal.loop.NettyEventLoops;
import io.gannet.transport.internal.loop.SocketKind;
import io.gannet.transport.internal.session.ChannelOptions;
import io.gannet.transport.internal.session.HandshakeException;
import io.gannet.transport.internal.session.Layer;
import io.gannet.transport.internal.session.NettySession;
import io.gannet.transport.internal.session.SessionHost;
import io.gannet.transport.internal.session.SessionInstaller;
import io.gannet.transport.internal.session.SessionSettings;
import io.gannet.transport.internal.session.Transport;
import io.gannet.transport.internal.text.PeerText;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server of sessions that each have a connection of their own. */
final class StreamServer<M> extends AbstractEndpoint<M> implements Server<M>, SessionHost<M> {

  private static final Logger LOG = LoggerFactory.getLogger(StreamServer.class);

  private final boolean named;
  private final List<Layer> layers;
  private final AcceptGate gate;
  private final AtomicLong rejections = new AtomicLong();

  /** Filled while binding; a session of the first address may look before the last is bound. */
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  private record Listener(Channel channel, ListenAddress.Binding binding) {}

  StreamServer(
      @Nullable String name,
      SessionSettings<M> settings,
      @Nullable NettyEventLoops own,
      String scheme,
      List<Layer> layers,
      StreamServerBuilder.Admission admission) {
    super(name != null ? name : scheme + "-server", settings, own);
    this.named = name != null;
    this.layers = layers;
    this.gate = new AcceptGate(this, admission);
  }

  /** Binds all addresses or none. */
  void bind(List<ListenAddress> wanted, StreamServerBuilder.Listening settings) {
    boolean complete = false;
    try {
      for (ListenAddress address : wanted) {
        Listener listener = bind(address, settings);
        listeners.add(listener);
        if (!named && listeners.size() == 1) {
          rename(name() + "-" + listener.binding.describe(listener.channel));
        }
      }
      complete = true;
    } finally {
      if (!complete || !isRunning()) {
        closeListeners(); // a stop by one of the first sessions may not have known of all
      }
      if (!complete) {
        close();
      }
    }
    if (isRunning()) {
      LOG.info("{} listens on {}", name(), addresses());
    }
  }

  private Listener bind(ListenAddress address, StreamServerBuilder.Listening listening) {
    SocketKind kind = address.kind();
    ListenAddress.Binding binding = address.prepare(listening, loops);
    List<Layer> all = Stream.concat(binding.layers().stream(), layers.stream()).toList();
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops.group())
            .channel(loops.listener(kind))
            .handler(gate)
            .childHandler(new SessionInstaller<>(this, settings, loops, new Transport(kind, all)));
    ChannelOptions.ofListener(kind, settings.socketOptions(), loops)
        .forEach((option, value) -> bootstrap.option(ChannelOptions.untyped(option), value));
    ChannelOptions.ofConnection(kind, settings.socketOptions(), loops)
        .forEach((option, value) -> bootstrap.childOption(ChannelOptions.untyped(option), value));
    ChannelFuture future = bootstrap.bind(binding.toBind());
    try {
      future.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      future.addListener(late -> future.channel().close());
      throw new TransportException("interrupted while binding " + address, e);
    }
    if (!future.isSuccess()) {
      throw new TransportException(
          "%s can't listen on %s: %s"
              .formatted(
                  name(),
                  address,
                  future.cause() instanceof UnresolvedAddressException
                      ? "the name is unknown"
                      : future.cause().getMessage()),
          future.cause());
    }
    Channel channel = future.channel();
    try {
      binding.bound();
    } catch (RuntimeException e) {
      channel.close().awaitUninterruptibly();
      throw e;
    }
    return new Listener(channel, binding);
  }

  @Override
  public List<SocketAddress> addresses() {
    return listeners.stream().map(listener -> listener.binding.address(listener.channel)).toList();
  }

  @Override
  public int port() {
    SocketAddress first = addresses().getFirst();
    if (first instanceof InetSocketAddress inet) {
      return inet.getPort();
    }
    throw new IllegalStateException("%s listens on %s, which has no port".formatted(this, first));
  }

  @Override
  public Optional<Session<M>> session(long id) {
    return Optional.ofNullable(visible(id));
  }

  @Override
  void stopOpening() {
    closeListeners();
  }

  private void closeListeners() {
    listeners.forEach(listener -> listener.binding.release());
    List<ChannelFuture> closing =
        listeners.stream().map(listener -> listener.channel.close()).toList();
    if (!NettyEventLoops.onLoopThread()) {
      closing.forEach(ChannelFuture::awaitUninterruptibly); // so that the ports are free
      if (loops.io() == Io.NIO) {
        listeners.forEach(StreamServer::awaitNextSelect);
      }
    }
  }

  /**
   * Waits until the JDK has freed a closed socket's address: it does when the selector that it was
   * registered with is next asked, and a task with a delay runs after that.
   */
  private static void awaitNextSelect(Listener listener) {
    try {
      listener
          .channel
          .eventLoop()
          .schedule(() -> {}, 1, TimeUnit.MILLISECONDS)
          .awaitUninterruptibly(1, TimeUnit.SECONDS);
    } catch (RejectedExecutionException e) {
      // The loop has ended, and closed its selector.
    }
  }

  void rejected(@Nullable SocketAddress peer, RejectReason reason) {
    rejected(peer, reason, "");
  }

  private void rejected(@Nullable SocketAddress peer, RejectReason reason, String details) {
    settings.observers().rejected(this, peer, reason);
    long count = rejections.incrementAndGet();
    if (Long.bitCount(count) == 1) { // 1, 2, 4, 8 …: a flood must not fill the log
      LOG.warn(
          "{} rejected a connection from {}: {}{} ({} so far)",
          name(),
          peer,
          reason,
          details,
          count);
    }
  }

  @Override
  public Endpoint<M> endpoint() {
    return this;
  }

  @Override
  public boolean admits(Channel channel) {
    return true;
  }

  @Override
  public void setupFailed(Channel channel, Throwable cause) {
    settings.failures().warn("the set-up of a session", this, cause);
    rejected(channel.remoteAddress(), RejectReason.SETUP_FAILED);
  }

  @Override
  public void establishFailed(Channel channel, HandshakeException cause) {
    SocketAddress peer = channel.remoteAddress();
    if (!isRunning()) {
      rejected(peer, RejectReason.STOPPING);
      return;
    }
    settings.observers().handshakeFailed(this, peer, cause);
    rejected(
        peer,
        cause.isTimeout() ? RejectReason.HANDSHAKE_TIMEOUT : RejectReason.HANDSHAKE_FAILED,
        ", " + PeerText.escape(String.valueOf(cause.getMessage())));
  }

  @Override
  public boolean opening(NettySession<M> session) {
    return register(session);
  }

  @Override
  public void opened(NettySession<M> session) {} // users see it from now on

  @Override
  public void disconnected(NettySession<M> session, CloseReason reason) {
    disconnected(session);
  }

  @Override
  public void closed(NettySession<M> session, CloseReason reason) {
    if (!session.wasOpened()) {
      rejected(session.remoteAddress(), RejectReason.REFUSED);
    }
    unregister(session);
  }

  @Override
  public String toString() {
    return name();
  }
}
