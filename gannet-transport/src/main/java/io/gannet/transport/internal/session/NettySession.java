package io.gannet.transport.internal.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.transport.AttributeKey;
import io.gannet.transport.CloseReason;
import io.gannet.transport.CloseReason.Kind;
import io.gannet.transport.Codec;
import io.gannet.transport.ConnectionInfo;
import io.gannet.transport.Dispatch;
import io.gannet.transport.Encoded;
import io.gannet.transport.Endpoint;
import io.gannet.transport.SessionListener;
import io.gannet.transport.SessionStats;
import io.gannet.transport.StopMode;
import io.gannet.transport.internal.loop.LoopContext;
import io.gannet.transport.internal.loop.NettyEventLoops;
import io.gannet.transport.internal.loop.Sweeper;
import io.gannet.transport.internal.text.FailureLog;
import io.gannet.transport.internal.text.PeerText;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A session: its properties, and the methods for users. It has four parts, and data flows through
 * them in one direction. {@link Inbound}, on the loop, decodes received bytes and passes messages
 * to the {@link Callbacks}. {@link Outbound}, under its own lock, accepts messages to send. Both
 * report their results to the {@link Lifecycle}, on the loop, which alone opens and closes the
 * session. The lifecycle is the base class of this class.
 */
public final class NettySession<M> extends Lifecycle<M> {

  /** The reason of a session that was closed without a reason. */
  public static final String CLOSED_HERE = "closed by this side";

  /** The maximum size of a message in a close frame, in bytes, without the code. */
  private static final int MAX_CLOSE_MESSAGE = 123;

  private static final AtomicLong IDS = new AtomicLong();
  private static final VarHandle ATTRIBUTES;

  static {
    try {
      ATTRIBUTES =
          MethodHandles.lookup().findVarHandle(NettySession.class, "attributes", Attributes.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final long id = IDS.incrementAndGet();

  private final Outbound<M> outbound;
  private final Callbacks<M> callbacks;
  private final Inbound<M> inbound;
  private final long openedAt;

  /**
   * Set by any thread; null for the default name, which consists of the endpoint's name and the id.
   */
  private volatile @Nullable String name;

  /** Created lazily. Not guarded by the monitor, which users may hold. */
  private volatile @Nullable Attributes attributes;

  /** Set by any thread. */
  private volatile int maxMessageSize;

  NettySession(
      SessionHost<M> host,
      SessionSettings<M> settings,
      NettySessionSetup<M> setup,
      NettyEventLoops loops) {
    super(host, settings, setup);
    this.name = setup.name;
    this.attributes = setup.attributes;
    this.maxMessageSize = setup.maxMessageSize;
    this.openedAt = now();
    EventLoop eventLoop = setup.channel.eventLoop();
    SessionLoop loop = SessionLoop.of(eventLoop, loops);
    boolean inLoop = settings.dispatch() instanceof Dispatch.OnEventLoop;
    SessionListener<M> listener = setup.listener();
    this.callbacks =
        inLoop
            ? new InLoopCallbacks<>(this, listener, loop.context().watch())
            : queuedCallbacks(listener, eventLoop, loop.context());
    // Created last, after all user code that may throw; otherwise the codec would never be
    // released.
    Codec<M> codec = setup.codec();
    this.outbound =
        new Outbound<>(codec, setup.channel, connection.framing(), settings.sending(), this);
    this.inbound = new Inbound<>(codec, callbacks, outbound, loop, inLoop, this);
  }

  private Callbacks<M> queuedCallbacks(
      SessionListener<M> listener, EventLoop loop, LoopContext context) {
    DeferredFlushTimer flushes =
        context.local(DeferredFlushTimer.class, () -> new DeferredFlushTimer(loop));
    Dispatcher dispatcher =
        settings.dispatch() instanceof Dispatch.OnExecutor(Executor executor)
            ? new ExecutorDispatcher(executor, flushes)
            : context.local(
                VirtualThreadDispatcher.class, () -> new VirtualThreadDispatcher(loop, flushes));
    return new QueuedCallbacks<>(this, listener, dispatcher);
  }

  // ---------------------------------------------------------------- properties

  @Override
  public long id() {
    return id;
  }

  @Override
  public String name() {
    String given = name;
    return given != null ? given : host.endpoint().name() + "-" + id;
  }

  @Override
  public void setName(String value) {
    name = Objects.requireNonNull(value, "name");
  }

  @Override
  public Endpoint<M> endpoint() {
    return host.endpoint();
  }

  @Override
  public SocketAddress localAddress() {
    return connection.localAddress(outbound.channel());
  }

  @Override
  public SocketAddress remoteAddress() {
    return connection.remoteAddress(outbound.channel());
  }

  @Override
  public ConnectionInfo connection() {
    return connection.info();
  }

  @Override
  public <T> @Nullable T get(AttributeKey<T> key) {
    Attributes all = attributes;
    return all == null ? null : all.get(key);
  }

  @Override
  public <T> @Nullable T set(AttributeKey<T> key, @Nullable T value) {
    return attributes().set(key, value);
  }

  @Override
  public <T> T getOrSet(AttributeKey<T> key, Supplier<? extends T> initial) {
    return attributes().getOrSet(key, initial);
  }

  private Attributes attributes() {
    Attributes all = attributes;
    if (all == null) {
      Attributes created = new Attributes();
      all = ATTRIBUTES.compareAndSet(this, null, created) ? created : attributes;
    }
    return Objects.requireNonNull(all);
  }

  @Override
  public void confirmPeer() {
    onLoop(connection.framing()::confirmPeer);
  }

  @Override
  public int maxMessageSize() {
    return maxMessageSize;
  }

  @Override
  public void setMaxMessageSize(int bytes) {
    maxMessageSize = connection.checkMessageSize(bytes);
  }

  @Override
  public SessionStats stats() {
    OutboundBuffer.Counters out = outbound.counters();
    Framing framing = connection.framing();
    long bytesIn = inbound.bytesIn();
    long bytesOut = out.writtenBytes() - framing.marksWritten();
    return new SessionCounts(
        Duration.ofNanos(now() - openedAt),
        bytesIn,
        bytesOut,
        connection.wireBytesIn(bytesIn),
        connection.wireBytesOut(bytesOut),
        inbound.messagesIn(),
        out.acceptedMessages(),
        out.droppedMessages(),
        out.timesFull(),
        out.queuedBytes(),
        callbacks.waiting(),
        inbound.pauses(),
        framing.messagesLost());
  }

  /** {@return whether a callback of this session runs on this thread} */
  public boolean callbackRunsHere() {
    return callbacks.runsOn(Thread.currentThread());
  }

  @Override
  public String toString() {
    return "%s[%s -> %s]".formatted(PeerText.escape(name()), localAddress(), remoteAddress());
  }

  @Override
  public Observers observers() {
    return settings.observers();
  }

  @Override
  public FailureLog failures() {
    return settings.failures();
  }

  @Override
  public boolean closesOnListenerFailure() {
    return settings.closesOnListenerFailure();
  }

  @Override
  public int inboundMessages() {
    return settings.inboundMessages();
  }

  @Override
  public int inboundBytes() {
    return settings.inboundBytes();
  }

  // ---------------------------------------------------------------- sending, on any thread

  @Override
  public void send(M message) {
    settings.sending().send(this, message);
  }

  @Override
  public void send(M message, Duration timeout) {
    settings.sending().send(this, message, timeout);
  }

  @Override
  public boolean trySend(M message) {
    return settings.sending().trySend(this, message);
  }

  @Override
  public CompletionStage<Void> sendAsync(M message) {
    return settings.sending().sendAsync(this, message);
  }

  @Override
  public void sendAll(Collection<? extends M> messages) {
    settings.sending().sendAll(this, messages);
  }

  @Override
  public void sendEncoded(ByteBuffer message) {
    settings.sending().sendEncoded(this, message, null);
  }

  @Override
  public void sendEncoded(Encoded<? extends M> message) {
    EncodedMessage<?> encoded = EncodedMessage.of(message);
    settings.sending().sendEncoded(this, encoded.buffer(), encoded.isText());
  }

  @Override
  public boolean trySendEncoded(ByteBuffer message) {
    return settings.sending().trySendEncoded(this, message, null);
  }

  @Override
  public boolean trySendEncoded(Encoded<? extends M> message) {
    EncodedMessage<?> encoded = EncodedMessage.of(message);
    return settings.sending().trySendEncoded(this, encoded.buffer(), encoded.isText());
  }

  /** Sends a broadcast message: never waits, and ignores a closed session. */
  public boolean sendBroadcast(M message) {
    return settings.sending().broadcast(this, message);
  }

  /** Like {@link #sendBroadcast(Object)}, for an encoded message. */
  public boolean sendBroadcast(EncodedMessage<?> message) {
    return settings.sending().broadcastEncoded(this, message);
  }

  // ---------------------------------------------------------------- parts

  @Override
  NettySession<M> session() {
    return this;
  }

  @Override
  Inbound<M> inbound() {
    return inbound;
  }

  @Override
  Outbound<M> outbound() {
    return outbound;
  }

  @Override
  Callbacks<M> callbacks() {
    return callbacks;
  }

  @Override
  Sweeper sweeper() {
    return inbound.loop().context().sweeper(settings.time());
  }

  /** {@return the last handler of its pipeline} */
  ChannelHandler handler() {
    return inbound;
  }

  /**
   * Handles the result of offering a message.
   *
   * @param mayWait whether a slow peer may have to wait, see {@link Inbound#flushAhead}
   */
  void offered(Offer offer, boolean mayWait) {
    switch (offer) {
      case ACCEPTED, FULL -> {}
      case ACCEPTED_BEHIND -> inbound.flushAhead(mayWait);
      case ACCEPTED_FLUSH_OWED -> flush(mayWait);
      case SEALED -> throw closedException();
    }
  }

  /** Flushes accepted messages, or schedules a flush. */
  private void flush(boolean mayWait) {
    Thread thread = Thread.currentThread();
    if (!outbound.channel().eventLoop().inEventLoop(thread)) {
      if (!callbacks.defersFlush(thread)) {
        onLoop(outbound);
      }
    } else if (!inbound.flushesLater(mayWait)) {
      outbound.run();
    }
  }

  @Override
  public void flushNow() {
    onLoop(outbound);
  }

  // ---------------------------------------------------------------- closing, on any thread

  @Override
  public void close(int closeCode, String message) {
    Objects.requireNonNull(message, "message");
    if (!isCloseCode(closeCode)) {
      throw new IllegalArgumentException(
          "closeCode must be 1000 to 1003, 1007 to 1014 or 3000 to 4999: " + closeCode);
    }
    if (message.getBytes(UTF_8).length > MAX_CLOSE_MESSAGE) {
      throw new IllegalArgumentException(
          "message must be at most %d bytes of UTF-8: %s".formatted(MAX_CLOSE_MESSAGE, message));
    }
    stop(
        StopMode.DRAIN,
        new CloseReason(Kind.CLOSED, message, null, closeCode),
        settings.drainGrace());
  }

  /** {@return whether a close frame may contain the code: RFC 6455, section 7.4} */
  public static boolean isCloseCode(int code) {
    return (code >= 1000 && code <= 1003)
        || (code >= 1007 && code <= 1014)
        || (code >= 3000 && code <= 4999);
  }

  @Override
  public void close(StopMode mode) {
    stop(mode, new CloseReason(Kind.CLOSED, CLOSED_HERE), settings.drainGrace());
    if (mode == StopMode.DRAIN_AND_WAIT && !NettyEventLoops.onLoopThread() && !callbackRunsHere()) {
      awaitClosed(Duration.ofSeconds(1).plusNanos(Checks.clamp(settings.drainGrace())));
    }
  }

  // ---------------------------------------------------------------- called by its callbacks

  @Override
  public boolean beginRun() {
    return inbound.beginRun();
  }

  @Override
  public void endRun() {
    inbound.endRun();
  }

  @Override
  public void pauseReading() {
    inbound.pause();
  }

  @Override
  public void resumeReading() {
    inbound.resume();
  }
}
