package io.gannet.transport.internal;

import io.gannet.transport.CloseReason;
import io.gannet.transport.Endpoint;
import io.gannet.transport.Io;
import io.gannet.transport.RejectReason;
import io.gannet.transport.Server;
import io.gannet.transport.ServerTls;
import io.gannet.transport.Session;
import io.gannet.transport.internal.loop.NettyEventLoops;
import io.gannet.transport.internal.session.ConnectionContext;
import io.gannet.transport.internal.session.HandshakeException;
import io.gannet.transport.internal.session.Layer;
import io.gannet.transport.internal.session.NettySession;
import io.gannet.transport.internal.session.SessionHost;
import io.gannet.transport.internal.session.SessionSettings;
import io.gannet.transport.internal.text.PeerText;
import io.gannet.transport.internal.tls.TlsLayer;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server: listens, decides who may connect, and manages its sessions. */
final class NettyServer<M> extends AbstractEndpoint<M> implements Server<M>, SessionHost<M> {

  private static final Logger LOG = LoggerFactory.getLogger(NettyServer.class);

  private final AcceptContext<M> context;
  private final List<Layer> layers;
  private final AtomicLong rejections = new AtomicLong();

  /**
   * Filled while binding; a session of the first address may read it before the last address is
   * bound.
   */
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  private volatile boolean stoppedAccepting;

  NettyServer(
      String name,
      SessionSettings<M> settings,
      @Nullable NettyEventLoops own,
      List<Layer> layers,
      NettyServerBuilder.Admission admission,
      @Nullable Set<PosixFilePermission> unixPermissions) {
    super(name, settings, own);
    this.layers = layers;
    this.context =
        new AcceptContext<>(this, new AcceptGate(this, admission), layers, unixPermissions);
  }

  /** Binds all addresses or none. */
  void bind(List<ListenAddress> wanted) {
    boolean complete = false;
    settings.observers().started(this);
    try {
      for (ListenAddress address : wanted) {
        listeners.add(address.listen(context));
      }
      complete = true;
    } finally {
      if (!complete || stoppedAccepting) {
        stopListeners(); // stop in an early callback may have missed some
      }
      if (!complete) {
        close();
      }
    }
    if (isRunning()) {
      LOG.info("{} is listening on {}", name(), addresses());
    }
  }

  @Override
  public void updateTls(ServerTls tls) {
    TlsLayer.among(layers, name()).update(tls);
  }

  @Override
  public List<SocketAddress> addresses() {
    return listeners.stream().map(Listener::address).toList();
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
  public CompletionStage<Void> sendTo(InetSocketAddress address, M message) {
    for (Listener listener : listeners) {
      if (listener instanceof UdpListener udp) {
        return udp.send(address, message, this);
      }
    }
    throw new UnsupportedOperationException(
        "%s can't send to addresses without a session: only UDP can".formatted(name()));
  }

  @Override
  void stopOpening() {
    stopListeners();
  }

  @Override
  public void stopAccepting() {
    stopListeners();
  }

  private void stopListeners() {
    stoppedAccepting = true;
    List<Future<?>> stopping = new ArrayList<>();
    listeners.forEach(listener -> stopping.addAll(listener.stop()));
    if (!NettyEventLoops.onLoopThread()) {
      stopping.forEach(Future::awaitUninterruptibly); // so that the ports are free
      awaitFreePorts();
    }
  }

  @Override
  void awaitFreePorts() {
    for (Listener listener : listeners) {
      listener.closing().forEach(closing -> closing.awaitUninterruptibly(1, TimeUnit.SECONDS));
      if (loops.io() == Io.NIO) {
        listener.sockets().forEach(NettyServer::awaitNextSelect);
      }
    }
  }

  /**
   * Waits until the JDK has freed a closed socket's address. It does so at the next select of the
   * selector that the socket was registered with, and a delayed task runs after that.
   */
  private static void awaitNextSelect(Channel socket) {
    try {
      socket
          .eventLoop()
          .schedule(() -> {}, 1, TimeUnit.MILLISECONDS)
          .awaitUninterruptibly(1, TimeUnit.SECONDS);
    } catch (RejectedExecutionException e) {
      // The loop has ended and has closed its selector.
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
    if (loops.isReset(channel)) {
      rejected(channel.remoteAddress(), RejectReason.GONE);
      return false;
    }
    if (!context.gate().admitsClient(channel)) {
      rejected(ConnectionContext.peerOf(channel), RejectReason.MAX_SESSIONS_PER_ADDRESS);
      return false;
    }
    return true;
  }

  @Override
  public void setupFailed(Channel channel, Throwable cause) {
    settings.failures().warn("the set-up of a session", this, cause);
    rejected(channel.remoteAddress(), RejectReason.SETUP_FAILED);
  }

  @Override
  public void establishFailed(Channel channel, HandshakeException cause) {
    SocketAddress peer = ConnectionContext.peerOf(channel);
    if (!isRunning()) {
      rejected(peer, RejectReason.STOPPING);
      return;
    }
    if (cause.isDenied()) {
      rejected(peer, RejectReason.IP_FILTER);
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
    Channel connection = session.channel();
    if (!connection.isOpen() || !register(session)) {
      return false;
    }
    context.gate().keep(connection);
    return true;
  }

  @Override
  public void opened(NettySession<M> session) {} // the session is public from now on

  @Override
  public void closed(NettySession<M> session, CloseReason reason) {
    if (!session.wasOpened()) {
      rejected(session.remoteAddress(), RejectReason.REFUSED);
    }
    context.gate().leave(session.channel());
    unregister(session);
  }

  @Override
  public String toString() {
    return name();
  }
}
