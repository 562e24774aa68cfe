package io.gannet.transport.internal.session;

import io.gannet.transport.AttributeKey;
import io.gannet.transport.CloseReason;
import io.gannet.transport.CloseReason.Kind;
import io.gannet.transport.Codec;
import io.gannet.transport.DecodeException;
import io.gannet.transport.Dispatch;
import io.gannet.transport.Endpoint;
import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.QueueFullException;
import io.gannet.transport.QueuePolicy;
import io.gannet.transport.RejectReason;
import io.gannet.transport.SendTimeoutException;
import io.gannet.transport.Server;
import io.gannet.transport.Session;
import io.gannet.transport.SessionClosedException;
import io.gannet.transport.SessionStats;
import io.gannet.transport.StopMode;
import io.gannet.transport.TransportException;
import io.gannet.transport.internal.loop.LoopContext;
import io.gannet.transport.internal.loop.NettyEventLoops;
import io.gannet.transport.internal.loop.Sweeper;
import io.gannet.transport.internal.session.OutboundBuffer.Offer;
import io.netty.buffer.ByteBuf;
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
public final class NettySession<M> extends Sweeper.Swept implements Session<M> {

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
  private final EventLoop loop;
  private final Sweeper sweeper;
  private final SocketAddress localAddress;
  private final SocketAddress remoteAddress;
  private final Codec<M> codec;
  private final OutboundBuffer<M> outbound;
  private final ChannelWriter writer;
  private final MessageDecoder<M> decoder;
  private final Callbacks<M> callbacks;

  /** Runs what users hang on to the stages of sends. */
  private final Executor completions;

  private final boolean inLoop;
  private final long openedAt;
  private final CompletableFuture<CloseReason> closedStage = new CompletableFuture<>();

  /** Written by the loop, read by anyone. */
  private volatile SessionState state = SessionState.OPEN;

  /** The first reason there was to close; set once, by anyone. */
  private volatile @Nullable CloseReason reason;

  /** Set by anyone; null for the name made of the endpoint's and the id. */
  private volatile @Nullable String name;

  /** Made by whoever needs it first, under the session's monitor. */
  private volatile @Nullable Attributes attributes;

  /** Set by anyone. */
  private volatile long cronPeriod;

  /** Set by anyone. */
  private volatile int maxMessageSize;

  /** Set by anyone. */
  private volatile long readIdleTimeout;

  /** Set by anyone, reset by the sweep. */
  private volatile boolean touched;

  /** The time in {@link Kind#QUEUE_FULL} periods that observers have been told of; benign races. */
  private volatile long reportedFull;

  // The loop's; others read them for statistics and may see them late.
  private long bytesIn;
  private long messagesIn;
  private long readPauses;

  // The loop's.
  private boolean inRun;
  private boolean flushAtEndOfRun;
  private boolean readPaused;
  private boolean peerEnded;
  private boolean incomplete;
  private long incompleteSince;
  private long drainDeadline;
  private long heardAt;
  private long sweptBytesIn;
  private long sentAt;
  private long sweptBytesOut;
  private long heartbeatAt;
  private long nextCron;
  private long reportedMessagesOut;

  /** Whether onOpen has returned; written and read by callbacks only. */
  private boolean wasOpened;

  // Written by the loop when the session closes, read after that.
  private volatile boolean wasCut;
  private volatile long unsentBytes;

  /** By the settings' time; written by the sweep, read by anyone. */
  private volatile long lastActiveAt;

  NettySession(
      SessionHost<M> host,
      SessionSettings<M> settings,
      NettySessionSetup<M> setup,
      NettyEventLoops loops) {
    this.host = host;
    this.settings = settings;
    this.channel = setup.channel;
    this.loop = channel.eventLoop();
    LoopContext context = loops.context(loop);
    this.sweeper = context.sweeper(settings.time());
    this.localAddress = channel.localAddress();
    this.remoteAddress = channel.remoteAddress();
    this.name = setup.name;
    this.attributes = setup.attributes;
    this.maxMessageSize = setup.maxMessageSize;
    this.readIdleTimeout = setup.readIdleTimeout;
    this.cronPeriod = setup.cronPeriod;
    this.openedAt = settings.time().nanoTime();
    this.heardAt = openedAt;
    this.sentAt = openedAt;
    this.heartbeatAt = openedAt;
    this.lastActiveAt = openedAt;
    this.codec = setup.codec();
    this.outbound =
        new OutboundBuffer<>(
            codec, this, channel.alloc(), settings.queueHigh(), settings.queueLow());
    this.writer = new ChannelWriter(this, outbound, channel);
    this.decoder = new MessageDecoder<>(this, codec, context.reader(), channel.alloc());
    CallbackInvoker<M> invoker = new CallbackInvoker<>(this, setup.listener());
    this.inLoop = settings.dispatch() instanceof Dispatch.OnEventLoop;
    this.completions =
        switch (settings.dispatch()) {
          case Dispatch.OnEventLoop() -> Runnable::run;
          case Dispatch.Virtual() -> Thread::startVirtualThread;
          case Dispatch.OnExecutor(Executor executor) -> executor;
        };
    this.callbacks =
        inLoop
            ? new InLoopCallbacks<>(this, invoker, loop, context.watch())
            : new QueuedCallbacks<>(
                this,
                invoker,
                completions,
                context.local(DeferredFlushes.class, () -> new DeferredFlushes(loop)),
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
  public boolean isOpen() {
    return state == SessionState.OPEN && reason == null;
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
  public int maxMessageSize() {
    return maxMessageSize;
  }

  @Override
  public void maxMessageSize(int bytes) {
    maxMessageSize = Checks.positive(bytes, "maxMessageSize");
  }

  @Override
  public Duration readIdleTimeout() {
    return Duration.ofNanos(readIdleTimeout);
  }

  @Override
  public void readIdleTimeout(Duration timeout) {
    readIdleTimeout = Checks.timeout(timeout, "readIdleTimeout");
    onLoop(() -> sweepFor(readIdleTimeout));
  }

  @Override
  public Instant lastActive() {
    long silent = touched ? 0 : settings.time().nanoTime() - lastActiveAt;
    return Instant.now().minusNanos(silent);
  }

  @Override
  public void touch() {
    touched = true;
  }

  @Override
  public Duration cronPeriod() {
    return Duration.ofNanos(cronPeriod);
  }

  @Override
  public void cronPeriod(Duration period) {
    cronPeriod = Checks.period(period, "cronPeriod");
    onLoop(() -> {
      nextCron = nanoTime() + cronPeriod;
      sweepFor(cronPeriod);
    });
  }

  @Override
  public SessionStats stats() {
    OutboundBuffer.Counters out = outbound.counters();
    return new SessionStats(
        Duration.ofNanos(nanoTime() - openedAt),
        bytesIn,
        out.writtenBytes(),
        messagesIn,
        out.acceptedMessages(),
        out.droppedMessages(),
        out.timesFull(),
        out.queuedBytes(),
        callbacks.waiting(),
        readPauses);
  }

  @Override
  public CompletionStage<CloseReason> whenClosed() {
    return closedStage.minimalCompletionStage();
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
    return state == SessionState.CLOSED;
  }

  /** {@return whether a callback of this session runs on this thread} */
  public boolean callbackRunsHere() {
    return callbacks.runsOn(Thread.currentThread());
  }

  @Override
  public String toString() {
    return "%s[%s -> %s]".formatted(name(), localAddress, remoteAddress);
  }

  Observers observers() {
    return settings.observers();
  }

  long nanoTime() {
    return settings.time().nanoTime();
  }

  // ---------------------------------------------------------------- sending, on any thread

  @Override
  public void send(M message) {
    Objects.requireNonNull(message, "message");
    Offer offer = outbound.offer(message, null);
    if (offer == Offer.FULL) {
      offer = whenFull(1, timeout -> outbound.offer(message, null, timeout));
    }
    accepted(offer);
  }

  @Override
  public void send(M message, Duration timeout) {
    Objects.requireNonNull(message, "message");
    long limit = Checks.timeout(timeout, "timeout");
    Offer offer = outbound.offer(message, null);
    if (offer == Offer.FULL) {
      reportFull();
      offer =
          await(
              timeout.isZero() ? OutboundBuffer.NO_WAIT : limit,
              "timeout",
              left -> outbound.offer(message, null, left));
    }
    accepted(offer);
  }

  @Override
  public boolean trySend(M message) {
    Objects.requireNonNull(message, "message");
    Offer offer = outbound.offer(message, null);
    if (offer == Offer.FULL) {
      reportFull();
      return false;
    }
    accepted(offer);
    return true;
  }

  @Override
  public CompletionStage<Void> sendAsync(M message) {
    CompletableFuture<Void> sent = new CompletableFuture<>();
    try {
      Objects.requireNonNull(message, "message");
      Offer offer = outbound.offer(message, sent);
      if (offer == Offer.FULL) {
        offer = whenFull(1, timeout -> outbound.offer(message, sent, timeout));
        if (offer == Offer.FULL) {
          throw queueFull("the message was dropped");
        }
      }
      accepted(offer);
    } catch (Throwable t) {
      sent.completeExceptionally(t);
    }
    return sent;
  }

  @Override
  public void sendAll(Collection<? extends M> messages) {
    if (!messages.isEmpty()) {
      accepted(offer(messages.size(), timeout -> outbound.offerAll(messages, timeout)));
    }
  }

  @Override
  public void sendEncoded(ByteBuffer message) {
    accepted(offer(1, timeout -> outbound.offerEncoded(message, timeout)));
  }

  /** Sends to one of many: never waits, and doesn't complain about a session that is closed. */
  public boolean sendBroadcast(M message) {
    Offer offer = outbound.offer(message, null);
    switch (offer) {
      case ACCEPTED, ACCEPTED_FLUSH_OWED -> accepted(offer);
      case FULL -> {
        reportFull();
        if (settings.queuePolicy() == QueuePolicy.CLOSE) {
          closeBecauseFull();
        } else {
          drop(1);
        }
      }
      case SEALED -> {}
    }
    return offer == Offer.ACCEPTED || offer == Offer.ACCEPTED_FLUSH_OWED;
  }

  /** Offers something, and waits at most so long for room. */
  private interface Attempt {
    Offer offer(long timeoutNanos) throws InterruptedException;
  }

  private Offer offer(int messages, Attempt attempt) {
    try {
      Offer offer = attempt.offer(OutboundBuffer.NO_WAIT);
      return offer == Offer.FULL ? whenFull(messages, attempt) : offer;
    } catch (InterruptedException e) {
      throw new AssertionError("has not waited", e);
    }
  }

  /** Returns {@link Offer#FULL} only when what was offered has been dropped. */
  private Offer whenFull(int messages, Attempt attempt) {
    reportFull();
    return switch (settings.queuePolicy()) {
      case BLOCK -> await(settings.writeTimeout(), "setting writeTimeout", attempt);
      case FAIL -> throw queueFull("setting queuePolicy is FAIL");
      case DROP -> {
        drop(messages);
        yield Offer.FULL;
      }
      case CLOSE -> {
        closeBecauseFull();
        throw queueFull("the session closes, as setting queuePolicy says");
      }
    };
  }

  /** Offers again once there is room. */
  private Offer await(long timeoutNanos, String limit, Attempt attempt) {
    if (NettyEventLoops.onLoopThread()) {
      throw queueFull(
          "an I/O thread must not wait for room: use trySend, another QueuePolicy or another"
              + " Dispatch");
    }
    flushNow(); // the callback that waits may have put off the flush that makes room
    try {
      Offer offer = attempt.offer(timeoutNanos);
      if (offer == Offer.FULL) {
        throw new SendTimeoutException(
            fullMessage(
                "it stayed full for %s (%s)"
                    .formatted(Duration.ofNanos(Math.max(timeoutNanos, 0)), limit)));
      }
      return offer;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TransportException(
          "interrupted while waiting for room in the outbound queue of " + this, e);
    }
  }

  private void drop(int messages) {
    outbound.countDropped(messages);
    for (int i = 0; i < messages; i++) {
      observers().dropped(this);
    }
  }

  private void closeBecauseFull() {
    CloseReason full =
        new CloseReason(Kind.QUEUE_FULL, fullMessage("setting queuePolicy is CLOSE"));
    if (REASON.compareAndSet(this, null, full)) {
      onLoop(() -> cut(full, true));
    }
  }

  private QueueFullException queueFull(String detail) {
    return new QueueFullException(fullMessage(detail));
  }

  private String fullMessage(String detail) {
    return "outbound queue of %s is full: %,d bytes wait, the limit is %,d (setting outboundQueue); %s"
        .formatted(this, outbound.counters().queuedBytes(), settings.queueHigh(), detail);
  }

  private void reportFull() {
    long times = outbound.counters().timesFull();
    if (times != reportedFull) {
      reportedFull = times;
      observers().queueFull(this);
    }
  }

  private void accepted(Offer offer) {
    switch (offer) {
      case ACCEPTED, FULL -> {}
      case ACCEPTED_FLUSH_OWED -> flush();
      case SEALED -> throw closedException();
    }
  }

  private SessionClosedException closedException() {
    CloseReason why = reason;
    if (why == null) {
      why = new CloseReason(Kind.CLOSED, "");
    }
    return new SessionClosedException(
        "%s %s: %s".formatted(this, state == SessionState.CLOSED ? "is closed" : "is closing", why),
        why);
  }

  /** Sees to the flush that an append owes. */
  private void flush() {
    Thread sender = Thread.currentThread();
    if (!loop.inEventLoop(sender)) {
      if (!callbacks.defersFlush(sender)) {
        onLoop(writer);
      }
    } else if (inRun) {
      flushAtEndOfRun = true;
    } else {
      writer.run();
    }
  }

  /** Flushes what callbacks have put off. */
  void flushNow() {
    onLoop(writer);
  }

  // ---------------------------------------------------------------- closing, on any thread

  @Override
  public void close(StopMode mode) {
    stop(mode, new CloseReason(Kind.CLOSED, "closed by this side"), settings.drainGrace());
    if (mode == StopMode.DRAIN_AND_WAIT && !NettyEventLoops.onLoopThread() && !callbackRunsHere()) {
      awaitClosed(settings.drainGrace().plusSeconds(1));
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
    REASON.compareAndSet(this, null, why);
    if (!byEndpoint) {
      outbound.seal(); // the caller has said that this is the end; callbacks of a stopped endpoint
      // haven't
    }
    if (mode == StopMode.NOW) {
      onLoop(() -> cut(why, true));
    } else {
      onLoop(() -> drain(why, grace.toNanos(), byEndpoint));
    }
  }

  private void awaitClosed(Duration timeout) {
    try {
      closedStage.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException | ExecutionException e) {
      // A callback that never returns; the caller has waited as long as it was promised.
    }
  }

  /** Runs something on the loop: at once if this is its thread, unless a codec is encoding on it. */
  void onLoop(Runnable action) {
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
    if (!host.opening(this)) {
      moveTo(SessionState.CLOSED);
      outbound.discard();
      channel.close();
      return;
    }
    sweeper.add(this);
    long now = nanoTime();
    nextCron = now + cronPeriod;
    sweepFor(cronPeriod);
    sweepFor(readIdleTimeout);
    sweepFor(settings.incompleteMessageTimeout());
    sweepFor(settings.writeStallTimeout());
    if (settings.heartbeat() != null) {
      sweepFor(settings.heartbeat().period());
    }
    callbacks.open();
  }

  private void sweepFor(long timeout) {
    if (timeout > 0) {
      sweeper.atLeastFor(timeout);
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
    beginRun();
    callbacks.beginRead();
    try {
      decoder.read(data);
      noteIncomplete(messagesIn != messagesBefore);
    } catch (MessageTooLargeException e) {
      decodeFailed(Kind.MESSAGE_TOO_LARGE, e);
    } catch (Throwable t) {
      decodeFailed(Kind.DECODE_FAILED, t);
    } finally {
      callbacks.endOfRead(bytes);
      endRun();
    }
    observers().read(this, bytes, (int) (messagesIn - messagesBefore));
  }

  private void noteIncomplete(boolean progress) {
    boolean now = decoder.incompleteBytes() > 0;
    if (now && (progress || !incomplete)) {
      incompleteSince = nanoTime();
    }
    incomplete = now;
  }

  private void decodeFailed(Kind kind, Throwable error) {
    callbacks.error(error);
    // What was decoded before is still delivered, and what was answered is still sent.
    drain(
        new CloseReason(kind, String.valueOf(error.getMessage()), error),
        settings.drainGrace().toNanos(),
        true);
  }

  /** {@return whether messages that are decoded now reach the listener} */
  boolean delivers() {
    return state == SessionState.OPEN && reason == null;
  }

  void decoded(M message) {
    messagesIn++;
    callbacks.message(message);
  }

  void error(Throwable error) {
    callbacks.error(error);
  }

  /**
   * A stretch of work on the loop begins, at whose end everything that was sent leaves at once.
   *
   * @return whether it is not inside another; only then the caller ends it
   */
  boolean beginRun() {
    boolean outermost = !inRun;
    inRun = true;
    return outermost;
  }

  void endRun() {
    inRun = false;
    if (flushAtEndOfRun) {
      flushAtEndOfRun = false;
      writer.run();
      if (inLoop && !readPaused && state == SessionState.OPEN && isBehind(settings.queueLow())) {
        // Callbacks on a loop can't wait for room; so the peer must, before the queue is full.
        pauseReading();
      }
    }
  }

  private boolean isBehind(int limit) {
    return writer.isBusy() && outbound.counters().queuedBytes() > limit;
  }

  void pauseReading() {
    readPaused = true;
    readPauses++;
    channel.config().setAutoRead(false);
    observers().readPaused(this);
  }

  void resumeReading() {
    readPaused = false;
    heardAt = nanoTime(); // the silence was ours
    incompleteSince = heardAt;
    if (state != SessionState.CLOSED) {
      channel.config().setAutoRead(true);
    }
  }

  /** The operating system has taken bytes. */
  void written(List<CompletableFuture<Void>> done, long bytes) {
    complete(done, null);
    if (inLoop && readPaused && outbound.counters().queuedBytes() <= settings.queueLow() / 2) {
      resumeReading();
    }
    if (observers().wantTraffic()) {
      long messages = outbound.counters().acceptedMessages();
      observers().written(this, bytes, (int) (messages - reportedMessagesOut));
      reportedMessagesOut = messages;
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
    } catch (RejectedExecutionException e) {
      Thread.startVirtualThread(all);
    }
  }

  /** Everything that was accepted has been handed to the operating system. */
  void allWritten() {
    if (state != SessionState.FLUSHING) {
      return;
    }
    moveTo(SessionState.LINGERING);
    if (peerEnded) {
      finish();
    } else {
      if (peerIsAtFault()) {
        // Long enough for the peer to read why; not so long that it can hold many sockets.
        drainDeadline = Math.min(drainDeadline, nanoTime() + SHORT_LINGER);
        sweepFor(SHORT_LINGER);
      }
      ((DuplexChannel) channel).shutdownOutput();
    }
  }

  private boolean peerIsAtFault() {
    return switch (Objects.requireNonNull(reason).kind()) {
      case DECODE_FAILED, MESSAGE_TOO_LARGE, REFUSED -> true;
      default -> false;
    };
  }

  /** The peer sends no more. */
  void inputEnded() {
    if (peerEnded) {
      return;
    }
    peerEnded = true;
    if (state == SessionState.OPEN) {
      if (decoder.incompleteBytes() > 0) {
        callbacks.error(
            new DecodeException(
                "%s ended in the middle of a message of which %,d bytes have come: %s"
                    .formatted(this, decoder.incompleteBytes(), decoder.restPreview())));
      }
      drain(
          new CloseReason(Kind.PEER_CLOSED, "closed by the peer"),
          settings.drainGrace().toNanos(),
          true);
    } else if (state == SessionState.LINGERING) {
      finish();
    }
  }

  /** Reading or writing failed. */
  void ioFailed(Throwable cause) {
    if (state == SessionState.LINGERING) {
      finish(); // everything is sent; how the peer ends is its own business
    } else if (state != SessionState.CLOSED) {
      callbacks.error(cause);
      cut(new CloseReason(Kind.CONNECTION_LOST, String.valueOf(cause.getMessage()), cause), false);
    }
  }

  /** The connection is gone. */
  void connectionEnded() {
    if (state == SessionState.LINGERING) {
      finish();
    } else {
      cut(new CloseReason(Kind.CONNECTION_LOST, "the connection was closed"), false);
    }
  }

  /** The listener's onOpen threw. Called on the thread that ran it. */
  void refused(Throwable cause) {
    CloseReason why = new CloseReason(Kind.REFUSED, "onOpen threw " + cause, cause);
    REASON.compareAndSet(this, null, why);
    outbound.seal();
    onLoop(() -> drain(why, settings.drainGrace().toNanos(), false));
  }

  /** The listener's onOpen has returned. Called on the thread that ran it. */
  void opened() {
    wasOpened = true;
    observers().sessionOpened(this);
    host.opened(this);
  }

  /** The user's executor refuses to run callbacks. */
  void dispatchFailed(RejectedExecutionException cause) {
    CloseReason why =
        new CloseReason(Kind.DISPATCH_FAILED, "the executor refused: " + cause.getMessage(), cause);
    REASON.compareAndSet(this, null, why);
    onLoop(() -> cut(why, true));
  }

  /** The listener's onClose has returned. Called on the thread that ran it. */
  void closed(CloseReason why) {
    if (wasOpened) {
      observers().sessionClosed(this, why);
    } else if (host.endpoint() instanceof Server<?> server) {
      observers().rejected(server, remoteAddress, RejectReason.REFUSED);
    }
    host.closed(this, why);
    closedStage.complete(why);
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
   * Begins to close in an orderly way. Does nothing when that has begun already.
   *
   * @param deliverQueued whether messages that have been decoded still reach the listener
   */
  private void drain(CloseReason why, long grace, boolean deliverQueued) {
    if (state != SessionState.OPEN) {
      return;
    }
    REASON.compareAndSet(this, null, why);
    moveTo(SessionState.DRAINING);
    decoder.release();
    drainDeadline = nanoTime() + grace;
    sweepFor(Math.max(grace, 1));
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
      writer.run();
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
    REASON.compareAndSet(this, null, why);
    wasCut = state != SessionState.LINGERING;
    moveTo(SessionState.CLOSED);
    if (discardQueued) {
      callbacks.discard();
    }
    end();
  }

  private void end() {
    CloseReason why = Objects.requireNonNull(reason);
    unsentBytes = outbound.counters().queuedBytes();
    complete(outbound.discard(), closedException());
    decoder.release();
    sweeper.remove(this);
    channel.close();
    if (inRun) {
      loop.execute(() -> codec.sessionClosed(this)); // it may be in the middle of a decode
    } else {
      codec.sessionClosed(this);
    }
    host.disconnected(this, why);
    callbacks.close(why);
  }

  // ---------------------------------------------------------------- time, on the loop

  @Override
  protected void sweep(long now) {
    noteTraffic(now);
    if (state == SessionState.OPEN) {
      sweepOpen(now);
    } else if (now - drainDeadline >= 0) {
      drainTimedOut();
    }
    long stall = settings.writeStallTimeout();
    if (stall > 0 && state != SessionState.CLOSED && writer.stalledFor(now) >= stall) {
      cut(
          new CloseReason(
              Kind.WRITE_STALLED,
              "the peer accepted no byte for %s (setting writeStallTimeout) while %,d waited"
                  .formatted(Duration.ofNanos(stall), outbound.counters().queuedBytes())),
          true);
    }
  }

  private void noteTraffic(long now) {
    if (bytesIn != sweptBytesIn || touched) {
      touched = false;
      sweptBytesIn = bytesIn;
      heardAt = now;
      lastActiveAt = now;
    }
    long bytesOut = outbound.counters().writtenBytes();
    if (bytesOut != sweptBytesOut) {
      sweptBytesOut = bytesOut;
      sentAt = now;
    }
    if (readPaused) {
      heardAt = now;
      incompleteSince = now;
    }
  }

  private void sweepOpen(long now) {
    long idleTimeout = readIdleTimeout;
    if (idleTimeout > 0 && now - heardAt >= idleTimeout) {
      timedOut(Kind.READ_IDLE, "nothing was received for", idleTimeout, "readIdleTimeout");
      return;
    }
    long incompleteTimeout = settings.incompleteMessageTimeout();
    if (incompleteTimeout > 0 && incomplete && now - incompleteSince >= incompleteTimeout) {
      timedOut(
          Kind.INCOMPLETE_MESSAGE,
          "a message of which %,d bytes have come was not ended for"
              .formatted(decoder.incompleteBytes()),
          incompleteTimeout,
          "incompleteMessageTimeout");
      return;
    }
    SessionSettings.Heartbeat<M> heartbeat = settings.heartbeat();
    if (heartbeat != null) {
      if (heartbeat.timeout() > 0 && now - heardAt >= heartbeat.timeout()) {
        timedOut(
            Kind.HEARTBEAT_TIMEOUT, "nothing was received for", heartbeat.timeout(), "heartbeat");
        return;
      }
      long quiet = Math.max(now - heardAt, now - sentAt);
      if (Math.min(quiet, now - heartbeatAt) >= heartbeat.period()) {
        heartbeatAt = now;
        sendHeartbeat(heartbeat);
      }
    }
    long period = cronPeriod;
    if (period > 0 && now - nextCron >= 0) {
      nextCron += period;
      if (now - nextCron > 0) {
        nextCron = now; // a late sweep delays what follows, instead of a burst to catch up
      }
      callbacks.cron();
    }
  }

  private void sendHeartbeat(SessionSettings.Heartbeat<M> heartbeat) {
    try {
      trySend(heartbeat.message().apply(this));
    } catch (RuntimeException e) {
      callbacks.error(e);
    }
  }

  private void timedOut(Kind kind, String what, long timeout, String setting) {
    cut(
        new CloseReason(
            kind, "%s %s (setting %s)".formatted(what, Duration.ofNanos(timeout), setting)),
        false);
  }

  private void drainTimedOut() {
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
    reason = late;
    cut(late, true);
  }
}
