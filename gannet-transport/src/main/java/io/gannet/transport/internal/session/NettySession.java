package io.gannet.transport.internal.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.transport.AttributeKey;
import io.gannet.transport.CloseReason;
import io.gannet.transport.CloseReason.Kind;
import io.gannet.transport.Codec;
import io.gannet.transport.ConnectionInfo;
import io.gannet.transport.DecodeException;
import io.gannet.transport.Dispatch;
import io.gannet.transport.Encoded;
import io.gannet.transport.Endpoint;
import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.SessionClosedException;
import io.gannet.transport.SessionListener;
import io.gannet.transport.SessionStats;
import io.gannet.transport.StopMode;
import io.gannet.transport.internal.loop.LoopContext;
import io.gannet.transport.internal.loop.NettyEventLoops;
import io.gannet.transport.internal.loop.Sweeper;
import io.gannet.transport.internal.text.FailureLog;
import io.gannet.transport.internal.text.PeerText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DuplexChannel;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A session over a stream connection.
 *
 * <p><b>Threads.</b> Its state belongs to its loop: {@link #moveTo} is the one door, and whatever else
 * wants to change it goes through {@link #onLoop}. What other threads may touch is marked at each
 * field; sends go into the {@link OutboundBuffer}, which has a lock of its own.
 *
 * <p><b>Closing</b> has two ways. {@link #drain} passes all states in turn: callbacks end, bytes are
 * flushed, the peer is told that no more will come (FIN), and its own end is awaited, because closing
 * a socket with unread bytes makes the kernel reset the connection and throw away what is still on
 * its way out. {@link #cut} goes straight to the end.
 */
public final class NettySession<M> implements DispatchedSession<M>, Outbound.Events {

  /** Why a session closed that was told to and not why. */
  public static final String CLOSED_HERE = "closed by this side";

  /** What fits into a close frame beside the code, in bytes. */
  private static final int MAX_CLOSE_MESSAGE = 123;

  /** How long the end of a peer that broke the protocol, or was refused, is awaited. */
  private static final long SHORT_LINGER = Duration.ofSeconds(1).toNanos();

  private static final AtomicLong IDS = new AtomicLong();
  private static final VarHandle REASON;

  static {
    try {
      REASON =
          MethodHandles.lookup().findVarHandle(NettySession.class, "reason", CloseReason.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final long id = IDS.incrementAndGet();
  private final SessionHost<M> host;
  private final SessionSettings<M> settings;
  private final Channel channel;
  private final Link link;

  /** Null where the transport has no messages. */
  private final @Nullable Framing framing;

  /** Whether the transport has messages, and each is a number of whole messages of the codec. */
  private final boolean keepsMessages;

  private final EventLoop loop;
  private final SocketAddress localAddress;
  private final SocketAddress remoteAddress;
  private final Codec<M> codec;
  private final Outbound<M> outbound;
  private final TurnFlushes turnFlushes;
  private final MessageDecoder<M> decoder;
  private final Callbacks<M> callbacks;
  private final SessionTimers<M> timers;

  /** Runs what users hang on to the stages of sends. */
  private final Executor completions;

  private final boolean inLoop;
  private final long openedAt;

  /** Written by the loop, read by anyone. */
  private volatile SessionState state = SessionState.OPEN;

  /** The first reason there was to close; set once, by anyone. */
  private volatile @Nullable CloseReason reason;

  /** Set by anyone; null for the name made of the endpoint's and the id. */
  private volatile @Nullable String name;

  /** Made by whoever needs it first, under the session's monitor. */
  private volatile @Nullable Attributes attributes;

  /** Made by whoever needs it first, under the session's monitor. */
  private @Nullable CompletableFuture<CloseReason> closedStage;

  /** With what onClose has been called; guarded by the session's monitor. */
  private @Nullable CloseReason closedWith;

  /** Set by anyone. */
  private volatile int maxMessageSize;

  // The loop's; others read them for statistics and may see them late.
  private long bytesIn;
  private long messagesIn;
  private long readPauses;

  // The loop's.
  private long reads;
  private int framedIncomplete;
  private long reportedMarks;
  private boolean inRun;
  private boolean flushAtEndOfRun;
  private boolean flushAtEndOfTurn;
  private boolean peerMayWait;
  private boolean readPaused;

  /** How many bytes must have been written before a peer that didn't keep up is read again. */
  private long resumeAt;

  private boolean peerEnded;

  /** The peer's end was seen while bytes before it are still to be decoded. */
  private boolean endWaits;

  /**
   * Why the connection was lost, as long as messages that came before that are still to be decoded. Written
   * by the loop, read by anyone.
   */
  private volatile @Nullable CloseReason lostWith;

  private long reportedMessagesOut;

  /** Whether onOpen has returned; written by the callback, read by anyone. */
  private volatile boolean wasOpened;

  /** Whether it doesn't count as open yet; written by the loop, read by anyone. */
  private volatile boolean held;

  /** Whether another session is to take its place. */
  private volatile boolean leaving;

  // Written by the loop when the session closes, read after that.
  private volatile boolean wasCut;
  private volatile long unsentBytes;

  NettySession(
      SessionHost<M> host,
      SessionSettings<M> settings,
      NettySessionSetup<M> setup,
      NettyEventLoops loops) {
    this.host = host;
    this.settings = settings;
    this.held = host.holdsBack();
    this.channel = setup.channel;
    this.link = setup.link;
    this.framing = link.framing();
    this.keepsMessages = framing != null && !framing.isStream();
    this.loop = channel.eventLoop();
    LoopContext context = loops.context(loop);
    this.localAddress = setup.localAddress();
    this.remoteAddress = setup.remoteAddress();
    this.name = setup.name;
    this.attributes = setup.attributes;
    this.maxMessageSize = setup.maxMessageSize;
    this.openedAt = settings.time().nanoTime();
    SessionListener<M> listener = setup.listener();
    Sweeper sweeper = context.sweeper(settings.time());
    // Behind all else that users have written and that may throw: nobody would end a codec then.
    this.codec = setup.codec();
    this.outbound =
        new Outbound<>(codec, this, channel, framing, settings.sending(), settings.time(), this);
    this.turnFlushes = context.local(TurnFlushes.class, () -> new TurnFlushes(loop));
    this.decoder =
        new MessageDecoder<>(this, codec, context.reader(), channel.alloc(), keepsMessages);
    this.inLoop = settings.dispatch() instanceof Dispatch.OnEventLoop;
    this.completions =
        switch (settings.dispatch()) {
          case Dispatch.OnEventLoop() -> loop; // not in place: what sends again would nest
          case Dispatch.Virtual() -> Thread::startVirtualThread;
          case Dispatch.OnExecutor(Executor executor) -> executor;
        };
    this.callbacks =
        inLoop
            ? new InLoopCallbacks<>(
                this,
                listener,
                settings.failures(),
                settings.closesOnListenerFailure(),
                loop,
                context.watch())
            : queuedCallbacks(listener, context);
    this.timers = new SessionTimers<>(this, settings, setup, outbound, callbacks, sweeper);
  }

  private Callbacks<M> queuedCallbacks(SessionListener<M> listener, LoopContext context) {
    DeferredFlushes flushes = context.local(DeferredFlushes.class, () -> new DeferredFlushes(loop));
    HandOver handOver =
        settings.dispatch() instanceof Dispatch.OnExecutor(Executor executor)
            ? new ExecutorHandOver(executor)
            : context.local(VirtualHandOver.class, () -> new VirtualHandOver(loop, flushes));
    return new QueuedCallbacks<>(
        this,
        listener,
        settings.failures(),
        settings.closesOnListenerFailure(),
        handOver,
        flushes,
        settings.inboundMessages(),
        settings.inboundBytes());
  }

  // ---------------------------------------------------------------- what it is

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
  public void name(String value) {
    name = Objects.requireNonNull(value, "name");
  }

  @Override
  public Endpoint<M> endpoint() {
    return host.endpoint();
  }

  @Override
  public SocketAddress localAddress() {
    return localAddress;
  }

  @Override
  public SocketAddress remoteAddress() {
    return remoteAddress;
  }

  @Override
  public ConnectionInfo connection() {
    return link.info();
  }

  @Override
  public boolean isOpen() {
    return state == SessionState.OPEN && reason == null && lostWith == null;
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

  private synchronized Attributes attributes() {
    Attributes all = attributes;
    if (all == null) {
      all = new Attributes();
      attributes = all;
    }
    return all;
  }

  @Override
  public void confirmPeer() {
    if (framing != null) {
      onLoop(framing::confirmPeer);
    }
  }

  @Override
  public int maxMessageSize() {
    return maxMessageSize;
  }

  @Override
  public void maxMessageSize(int bytes) {
    maxMessageSize = link.checkMessageSize(bytes);
  }

  @Override
  public Duration readIdleTimeout() {
    return Duration.ofNanos(timers.readIdleTimeout());
  }

  @Override
  public void readIdleTimeout(Duration timeout) {
    timers.readIdleTimeout(Checks.timeout(timeout, "readIdleTimeout"));
  }

  @Override
  public Instant lastActive() {
    return Instant.now().minusNanos(timers.silentFor());
  }

  @Override
  public void touch() {
    timers.touch();
  }

  @Override
  public Duration cronPeriod() {
    return Duration.ofNanos(timers.cronPeriod());
  }

  @Override
  public void cronPeriod(Duration period) {
    timers.cronPeriod(Checks.period(period, "cronPeriod"));
  }

  @Override
  public SessionStats stats() {
    OutboundBuffer.Counters out = outbound.counters();
    long bytesOut = out.writtenBytes() - (framing == null ? 0 : framing.marksWritten());
    return new SessionStats(
        Duration.ofNanos(nanoTime() - openedAt),
        bytesIn,
        bytesOut,
        link.wireBytesIn(bytesIn),
        link.wireBytesOut(bytesOut),
        messagesIn,
        out.acceptedMessages(),
        out.droppedMessages(),
        out.timesFull(),
        out.queuedBytes(),
        callbacks.waiting(),
        readPauses,
        framing == null ? 0 : framing.messagesLost());
  }

  @Override
  public CompletionStage<CloseReason> whenClosed() {
    return closedStage().minimalCompletionStage();
  }

  /** {@return whether it closed before everything was sent or its callbacks had ended} */
  public boolean wasCut() {
    return wasCut;
  }

  /** {@return how many accepted bytes were not handed to the operating system} */
  public long unsentBytes() {
    return unsentBytes;
  }

  /** {@return whether the connection is closed; callbacks may still run} */
  public boolean isDisconnected() {
    return state == SessionState.CLOSED || lostWith != null;
  }

  /** {@return whether a callback of this session runs on this thread} */
  public boolean callbackRunsHere() {
    return callbacks.runsOn(Thread.currentThread());
  }

  @Override
  public String toString() {
    return "%s[%s -> %s]".formatted(PeerText.escape(name()), localAddress, remoteAddress);
  }

  /** {@return whether its onOpen has returned} */
  public boolean wasOpened() {
    return wasOpened;
  }

  /** {@return whether it is there for users: opened, ready where that is awaited, and not closed} */
  public boolean isVisible() {
    return wasOpened && !held && !isDisconnected();
  }

  /** From now on it counts as open. */
  public void release() {
    held = false;
  }

  @Override
  public void ready() {
    host.ready(this);
  }

  @Override
  public void replace() {
    leaving = true;
    host.replace(this);
  }

  /** {@return whether another session takes its place, or is about to} */
  public boolean isLeaving() {
    return leaving;
  }

  SessionState state() {
    return state;
  }

  /** A number that grows with whatever is received. */
  long signsOfLife() {
    return bytesIn + reads;
  }

  /** How many bytes of a message that is not whole yet have come. */
  int incompleteBytes() {
    return keepsMessages ? framedIncomplete : framedIncomplete + decoder.incompleteBytes();
  }

  /** Sends a heartbeat that the transport has of its own. */
  void ping() {
    if (framing != null) {
      framing.ping();
    }
  }

  boolean isReadPaused() {
    return readPaused;
  }

  @Override
  public Observers observers() {
    return settings.observers();
  }

  long nanoTime() {
    return settings.time().nanoTime();
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

  /** Sends to one of many: never waits, and doesn't complain about a session that is closed. */
  public boolean sendBroadcast(M message) {
    return settings.sending().broadcast(this, message);
  }

  /** As {@link #sendBroadcast(Object)}, with what is encoded already. */
  public boolean sendBroadcast(EncodedMessage<?> message) {
    return settings.sending().broadcastEncoded(this, message);
  }

  SessionClosedException closedException() {
    CloseReason why = reason;
    if (why == null) {
      why = lostWith;
    }
    if (why == null) {
      why = new CloseReason(Kind.CLOSED, "");
    }
    return new SessionClosedException(
        "%s %s: %s".formatted(this, state == SessionState.CLOSED ? "is closed" : "is closing", why),
        why);
  }

  OutboundBuffer<M> outbound() {
    return outbound;
  }

  /**
   * Does what an offer of a message asks for.
   *
   * @param mayWait whether the peer may be made to wait if it doesn't keep up, see {@link #flushAhead}
   */
  void offered(OutboundBuffer.Offer offer, boolean mayWait) {
    switch (offer) {
      case ACCEPTED, FULL -> {}
      case ACCEPTED_BEHIND -> flushAhead(mayWait);
      case ACCEPTED_FLUSH_OWED -> flush(mayWait);
      case SEALED -> throw closedException();
    }
  }

  /** Flushes what was accepted, or has somebody do so. */
  private void flush(boolean mayWait) {
    Thread thread = Thread.currentThread();
    if (!loop.inEventLoop(thread)) {
      if (!callbacks.defersFlush(thread)) {
        onLoop(outbound);
      }
    } else if (inRun) {
      flushAtEndOfRun = true;
      peerMayWait = mayWait;
    } else {
      outbound.run();
    }
  }

  /**
   * Much waits already. What callbacks on the loop send is written at once then, instead of after
   * all of them; and if the peer doesn't keep up, no more of its messages are taken: callbacks on a
   * loop can't wait for room, so the peer must, before the queue is full.
   *
   * @param mayWait whether the peer may be made to wait: not when the caller asks for room, and has
   *     something else in mind if there is none; a peer that waits for us to read might never make any
   */
  private void flushAhead(boolean mayWait) {
    if (inLoop && loop.inEventLoop() && inRun) {
      outbound.run();
      if (mayWait) {
        pauseIfBehind();
      }
    }
  }

  /**
   * What waited by then must be written, all but a little, before reading goes on; not the queue be
   * that short, because other threads may keep it full, and the peer would never be heard again.
   */
  private void pauseIfBehind() {
    if (!inLoop || readPaused || state != SessionState.OPEN || !outbound.isBusy()) {
      return;
    }
    OutboundBuffer.Counters out = outbound.counters();
    if (out.queuedBytes() > settings.sending().low()) {
      resumeAt = out.writtenBytes() + out.queuedBytes() - settings.sending().low() / 2;
      pauseReading();
    }
  }

  /** Sets the reason unless there is one. */
  private boolean reason(CloseReason why) {
    return REASON.compareAndSet(this, null, withCode(why));
  }

  private CloseReason withCode(CloseReason why) {
    return framing == null ? why : framing.withCode(why);
  }

  /** Closes at once, for a reason that came up on any thread. */
  void cutWith(CloseReason why) {
    if (reason(why)) {
      callbacks.discard();
      onLoop(() -> cut(why, true));
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

  /** {@return whether a close frame may have a code: RFC 6455, section 7.4} */
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

  /**
   * Begins to close.
   *
   * @param mode how; never waits
   * @param why the reason, unless there is one already
   * @param grace how long a drain may take
   */
  public void stop(StopMode mode, CloseReason why, Duration grace) {
    boolean byEndpoint = why.kind() == Kind.STOPPED;
    reason(why);
    if (!byEndpoint || mode == StopMode.NOW) {
      callbacks.discard(); // now: the loop would come to it while the rest of a batch is handled
    }
    if (!byEndpoint) {
      outbound.seal(); // the caller has said that this is the end; callbacks of a stopped endpoint
      // haven't
    }
    if (mode == StopMode.NOW) {
      onLoop(() -> cut(why, true));
    } else {
      onLoop(() -> drain(why, Checks.clamp(grace), byEndpoint));
    }
  }

  private synchronized CompletableFuture<CloseReason> closedStage() {
    if (closedStage == null) {
      closedStage = new CompletableFuture<>();
      if (closedWith != null) {
        closedStage.complete(closedWith);
      }
    }
    return closedStage;
  }

  private void awaitClosed(Duration timeout) {
    try {
      closedStage().get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException | ExecutionException e) {
      // A callback that never returns; the caller has waited as long as it was promised.
    }
  }

  /** Later rather than at once while a codec encodes on this very thread: it holds the lock. */
  @Override
  public void onLoop(Runnable action) {
    if (loop.inEventLoop() && !outbound.isEncodingHere()) {
      action.run();
      return;
    }
    try {
      loop.execute(action);
    } catch (RejectedExecutionException e) {
      // The loop has ended and with it the connection, see connectionEnded.
    }
  }

  // ---------------------------------------------------------------- the life of the connection, on
  // the loop

  void open() {
    if (host.opening(this)) {
      timers.start();
      callbacks.open();
      if (framing != null) {
        framing.attach(new FramedInput());
        framing.resume();
      }
    } else {
      moveTo(SessionState.CLOSED);
      outbound.discard();
      channel.close();
      codec.release(this);
    }
  }

  /** Bytes have arrived. */
  void read(ByteBuf data) {
    if (state != SessionState.OPEN) {
      data.release();
      return;
    }
    int bytes = data.readableBytes();
    bytesIn += bytes;
    long messagesBefore = messagesIn;
    if (readPaused) {
      decoder.hold(data); // some transports read to the end of a stream even so
    } else {
      decode(data);
    }
    observers().read(this, bytes, (int) (messagesIn - messagesBefore));
  }

  private void decode(ByteBuf data) {
    int consumed = 0;
    beginRun();
    callbacks.beginRead();
    try {
      consumed = decoder.read(data);
      timers.noteIncomplete(decoder.hasProgressed());
    } catch (Throwable t) {
      undecodable(t);
    } finally {
      callbacks.endOfRead(consumed);
      endRun();
    }
  }

  /** What a framing brings: whole messages, and the end. */
  private final class FramedInput implements Framing.Receiver {

    /** Whether the session was open when the read began. */
    private boolean counts;

    /** Whether a message has ended since then. */
    private boolean progressed;

    private long bytesBefore;
    private long messagesBefore;

    @Override
    public boolean holdsBack() {
      return readPaused && state == SessionState.OPEN;
    }

    @Override
    public int maxMessageSize() {
      return maxMessageSize;
    }

    @Override
    public void beginRead() {
      reads++;
      counts = state == SessionState.OPEN;
      progressed = false;
      if (counts) {
        bytesBefore = bytesIn;
        messagesBefore = messagesIn;
        beginRun();
        callbacks.beginRead();
      }
    }

    @Override
    public boolean message(ByteBuf content, boolean text) {
      if (!delivers()) {
        content.release();
        return true;
      }
      int size = content.readableBytes();
      if (size == 0 && !keepsMessages) {
        content.release();
        return true;
      }
      bytesIn += size;
      progressed |= keepsMessages;
      try {
        callbacks.decoded(keepsMessages ? decoder.readWhole(content, text) : decoder.read(content));
        progressed |= decoder.hasProgressed();
        return size > 0 || decoder.hasProgressed();
      } catch (Throwable t) {
        undecodable(t);
        return true;
      }
    }

    @Override
    public void spoiled(Throwable cause) {
      if (delivers()) {
        callbacks.error(cause);
      }
    }

    @Override
    public void endOfRead(int incomplete) {
      if (counts) {
        framedIncomplete = incomplete;
        timers.noteIncomplete(progressed);
        callbacks.endOfRead(0);
        endRun();
        observers()
            .read(NettySession.this, bytesIn - bytesBefore, (int) (messagesIn - messagesBefore));
      }
    }

    @Override
    public void violated(CloseReason why) {
      if (delivers()) {
        callbacks.error(Objects.requireNonNull(why.cause()));
        drain(why, Checks.clamp(settings.drainGrace()), true);
      }
    }

    @Override
    public void peerEnded(CloseReason why) {
      framedIncomplete = 0;
      inputEnded(why);
    }
  }

  /** The codec can't decode what has come. */
  private void undecodable(Throwable error) {
    if (framing != null && framing.outlivesBadMessages() && codec.bufferedBytes() == 0) {
      if (delivers()) {
        callbacks.error(error);
      }
    } else {
      decodeFailed(error);
    }
  }

  private void decodeFailed(Throwable error) {
    Kind kind =
        error instanceof MessageTooLargeException ? Kind.MESSAGE_TOO_LARGE : Kind.DECODE_FAILED;
    callbacks.error(error);
    // What was decoded before is still delivered, and what was answered is still sent.
    drain(
        new CloseReason(kind, String.valueOf(error.getMessage()), error),
        Checks.clamp(settings.drainGrace()),
        true);
  }

  /** {@return whether messages that are decoded now or later reach the listener} */
  boolean delivers() {
    return state == SessionState.OPEN && reason == null;
  }

  /** {@return whether to go on decoding now} */
  boolean decodes() {
    return !readPaused && delivers();
  }

  void decoded(M message) {
    messagesIn++;
    callbacks.message(message);
  }

  void error(Throwable error) {
    callbacks.error(error);
  }

  @Override
  public boolean beginRun() {
    boolean outermost = !inRun;
    inRun = true;
    return outermost;
  }

  @Override
  public void endRun() {
    inRun = false;
    if (flushAtEndOfRun) {
      flushAtEndOfRun = false;
      if (!flushAtEndOfTurn) {
        flushAtEndOfTurn = true;
        turnFlushes.add(this);
      }
    }
  }

  /** Flushes what callbacks have sent in this turn of the loop. */
  void flushTurn() {
    flushAtEndOfTurn = false;
    outbound.run();
    if (peerMayWait) {
      pauseIfBehind();
    }
  }

  @Override
  public void pauseReading() {
    readPaused = true;
    readPauses++;
    channel.config().setAutoRead(false);
    observers().readPaused(this);
  }

  /** Goes on with what has come meanwhile, then with reading. */
  @Override
  public void resumeReading() {
    if (!readPaused || state == SessionState.CLOSED) {
      return;
    }
    if (inRun) {
      loop.execute(this::resumeReading);
      return;
    }
    readPaused = false;
    timers.resumed();
    if (state == SessionState.OPEN && decoder.hasStopped()) {
      decode(Unpooled.EMPTY_BUFFER);
    }
    if (readPaused) {
      return; // it was still too much
    }
    CloseReason lost = lostWith;
    if (lost != null) {
      lost(lost);
      return;
    }
    if (framing != null) {
      framing.resume();
      if (readPaused || state == SessionState.CLOSED) {
        return;
      }
    }
    if (endWaits) {
      endWaits = false;
      inputEnded(); // and no more reading: Netty's epoll channel would break on it
    } else {
      channel.config().setAutoRead(true);
    }
  }

  @Override
  public void written(List<CompletableFuture<Void>> done, long bytes) {
    complete(done, null);
    if (inLoop && readPaused && outbound.counters().writtenBytes() >= resumeAt) {
      loop.execute(this::resumeIfCaughtUp); // not from inside a write
    }
    if (observers().wantTraffic()) {
      long messages = outbound.counters().acceptedMessages();
      long marks = framing == null ? 0 : framing.marksWritten();
      observers()
          .written(this, bytes - (marks - reportedMarks), (int) (messages - reportedMessagesOut));
      reportedMarks = marks;
      reportedMessagesOut = messages;
    }
  }

  private void resumeIfCaughtUp() {
    if (readPaused && outbound.counters().writtenBytes() >= resumeAt) {
      resumeReading();
    }
  }

  private void complete(
      List<CompletableFuture<Void>> stages, @Nullable SessionClosedException failure) {
    if (stages.isEmpty()) {
      return;
    }
    Runnable all =
        () -> {
          for (CompletableFuture<Void> stage : stages) {
            if (failure == null) {
              stage.complete(null);
            } else {
              stage.completeExceptionally(failure);
            }
          }
        };
    try {
      completions.execute(all);
    } catch (Throwable t) {
      Thread.startVirtualThread(all); // the user's executor refuses, whatever it throws
    }
  }

  @Override
  public void allWritten() {
    if (state != SessionState.FLUSHING) {
      return;
    }
    moveTo(SessionState.LINGERING);
    if (!peerEnded && peerIsAtFault()) {
      // Long enough for the peer to read why; not so long that it can hold many sockets.
      timers.drainWithin(SHORT_LINGER);
    }
    link.sayFarewell(Objects.requireNonNull(reason), this::farewellSaid);
  }

  private void farewellSaid() {
    if (state != SessionState.LINGERING) {
      return; // it took too long
    }
    if (peerEnded) {
      finish();
    } else {
      ((DuplexChannel) channel).shutdownOutput();
    }
  }

  private boolean peerIsAtFault() {
    return switch (Objects.requireNonNull(reason).kind()) {
      case DECODE_FAILED, MESSAGE_TOO_LARGE, REFUSED -> true;
      default -> false;
    };
  }

  /** The peer sends no more bytes. */
  void inputEnded() {
    inputEnded(
        framing == null
            ? new CloseReason(Kind.PEER_CLOSED, "closed by the peer")
            : new CloseReason(
                Kind.CONNECTION_LOST, "the connection was closed without a close frame"));
  }

  private void inputEnded(CloseReason why) {
    if (peerEnded) {
      return;
    }
    if (readPaused && state == SessionState.OPEN) {
      endWaits = true; // what came before it is still to be decoded
      return;
    }
    peerEnded = true;
    if (state == SessionState.OPEN) {
      if (incompleteBytes() > 0) {
        callbacks.error(
            new DecodeException(
                "%s ended in the middle of a message of which %,d bytes have come: %s"
                    .formatted(this, incompleteBytes(), decoder.restPreview())));
      }
      drain(why, Checks.clamp(settings.drainGrace()), true);
    } else if (state == SessionState.LINGERING) {
      finish();
    }
  }

  /** A layer can't make sense of what the peer has sent. */
  void inputFailed(Throwable cause) {
    if (state == SessionState.OPEN) {
      decodeFailed(new DecodeException(PeerText.escape(String.valueOf(cause.getMessage())), cause));
    }
  }

  /** Reading or writing failed. */
  @Override
  public void ioFailed(Throwable cause) {
    if (state == SessionState.LINGERING) {
      finish(); // everything is sent; how the peer ends is its own business
    } else if (state != SessionState.CLOSED) {
      lost(new CloseReason(Kind.CONNECTION_LOST, String.valueOf(cause.getMessage()), cause));
    }
  }

  /**
   * Ends without the connection; but what came before it was lost, and waits because reading is paused, is
   * decoded first. Epoll and io_uring read to the end, once there is one, whatever they are told. The host
   * is told at once: a client's next connection doesn't wait for a listener.
   */
  private void lost(CloseReason why) {
    if (!readPaused || state != SessionState.OPEN || framing != null || !decoder.hasStopped()) {
      Throwable cause = why.cause();
      if (cause != null) {
        callbacks.error(cause);
      }
      cut(why, false);
    } else if (lostWith == null) {
      noteUnsent(why);
      lostWith = why;
      complete(outbound.discard(), closedException());
      step(() -> host.disconnected(this, why));
      if (inLoop) {
        resumeReading(); // it is paused until the peer takes more, which it never will
      }
    }
  }

  /** The loop is ending, and nothing can be done on it any more. */
  void loopEnds() {
    // Netty waits on another thread, which would find no loop any more to tell that it has closed.
    ChannelOptions.dontWaitOnClose(channel);
    if (state == SessionState.LINGERING) {
      finish();
    } else {
      cut(
          new CloseReason(Kind.CONNECTION_LOST, "the event loops of the session were closed"),
          false);
    }
  }

  /** The connection is gone. */
  void connectionEnded() {
    if (state == SessionState.LINGERING) {
      finish();
    } else if (state == SessionState.CLOSED) {
      return;
    } else if (link.isEndedWhole()) {
      lost(new CloseReason(Kind.PEER_CLOSED, "closed by the peer"));
    } else {
      lost(new CloseReason(Kind.CONNECTION_LOST, "the connection was closed"));
    }
  }

  @Override
  public void refused(Throwable cause) {
    callbackFailed(Kind.REFUSED, "onOpen", cause);
  }

  @Override
  public void listenerFailed(String callback, Throwable cause) {
    callbackFailed(Kind.LISTENER_FAILED, callback, cause);
  }

  private void callbackFailed(Kind kind, String callback, Throwable cause) {
    CloseReason why =
        new CloseReason(
            kind, PeerText.escape(callback + " threw " + FailureLog.text(cause)), cause);
    reason(why);
    outbound.seal();
    onLoop(() -> drain(why, Checks.clamp(settings.drainGrace()), false));
  }

  @Override
  public void opened() {
    wasOpened = true;
    observers().sessionOpened(this);
    host.opened(this);
  }

  @Override
  public void dispatchFailed(Throwable cause) {
    cutWith(
        new CloseReason(
            Kind.DISPATCH_FAILED, "the executor refused: " + FailureLog.text(cause), cause));
  }

  @Override
  public void closed(CloseReason why) {
    if (wasOpened) {
      observers().sessionClosed(this, why);
    }
    host.closed(this, why);
    CompletableFuture<CloseReason> stage;
    synchronized (this) {
      closedWith = why;
      stage = closedStage;
    }
    if (stage != null) {
      stage.complete(why);
    }
  }

  // ---------------------------------------------------------------- closing, on the loop

  /** The one place that changes the state. */
  private void moveTo(SessionState next) {
    if (next.compareTo(state) <= 0) {
      throw new IllegalStateException("%s can't go from %s to %s".formatted(this, state, next));
    }
    state = next;
  }

  /**
   * Begins to close in an orderly way. When that has begun already, it may only end sooner.
   *
   * @param deliverQueued whether messages that have been decoded still reach the listener
   */
  private void drain(CloseReason why, long grace, boolean deliverQueued) {
    if (state == SessionState.CLOSED) {
      return;
    }
    timers.drainWithin(grace);
    if (state != SessionState.OPEN) {
      return;
    }
    reason(why);
    moveTo(SessionState.DRAINING);
    decoder.release();
    link.discard();
    if (!deliverQueued) {
      callbacks.discard();
    }
    if (readPaused) {
      resumeReading(); // what comes now is thrown away, but the end must be seen
    }
    callbacks.afterAll(this::callbacksEnded);
  }

  private void callbacksEnded() {
    if (state == SessionState.DRAINING) {
      outbound.seal();
      moveTo(SessionState.FLUSHING);
      outbound.run();
    }
  }

  /** Ends a drain that has reached its end. */
  private void finish() {
    moveTo(SessionState.CLOSED);
    end();
  }

  /**
   * Closes at once; what is queued for sending is thrown away.
   *
   * @param discardQueued whether messages that have been decoded no longer reach the listener
   */
  private void cut(CloseReason why, boolean discardQueued) {
    if (state == SessionState.CLOSED) {
      return;
    }
    reason(why);
    if (lostWith == null) {
      noteUnsent(why);
    }
    moveTo(SessionState.CLOSED);
    if (discardQueued) {
      callbacks.discard();
    }
    end();
  }

  /** Notes what is lost with the connection. */
  private void noteUnsent(CloseReason why) {
    unsentBytes = outbound.counters().queuedBytes();
    wasCut = state != SessionState.LINGERING && (why.kind() != Kind.PEER_CLOSED || unsentBytes > 0);
  }

  private void end() {
    CloseReason why = Objects.requireNonNull(reason);
    step(() -> complete(outbound.discard(), closedException()));
    step(decoder::release);
    step(timers::stop);
    step(() -> {
      if (framing != null && !outbound.isBusy()) {
        framing.cut(why);
      }
    });
    step(() -> link.close(channel, outbound.isBusy()));
    step(() -> {
      if (inRun) {
        loop.execute(this::releaseCodec); // it may be in the middle of a decode
      } else {
        releaseCodec();
      }
    });
    if (lostWith == null) {
      step(() -> host.disconnected(this, why));
    }
    callbacks.close(why);
  }

  /** One of several that don't depend on each other, so that one that fails stops none of the others. */
  private void step(Runnable step) {
    try {
      step.run();
    } catch (Throwable t) {
      settings.failures().warn("the end", this, t);
    }
  }

  private void releaseCodec() {
    try {
      codec.release(this);
    } catch (Throwable t) {
      settings.failures().warn("Codec.release", this, t);
    }
  }

  /** A timeout has passed. */
  void timedOut(CloseReason why) {
    cut(why, why.kind() == Kind.WRITE_STALLED);
  }

  /** The grace period of a drain has passed. */
  void drainTimedOut() {
    if (state == SessionState.LINGERING) {
      finish(); // only the peer's end is missing
      return;
    }
    CloseReason why = Objects.requireNonNull(reason);
    CloseReason late =
        new CloseReason(
            Kind.DRAIN_TIMEOUT,
            "%s, and the grace period (setting drainGrace) ended with %,d bytes unsent and %,d events not handled"
                .formatted(why, outbound.counters().queuedBytes(), callbacks.waiting()),
            why.cause());
    reason = withCode(late);
    cut(late, true);
  }
}
