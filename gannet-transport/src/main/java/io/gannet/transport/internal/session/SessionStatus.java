package io.gannet.transport.internal.session;

import io.gannet.transport.CloseReason;
import io.gannet.transport.CloseReason.Kind;
import io.gannet.transport.SessionClosedException;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The status of a session. Any thread may read it; only the {@link Lifecycle} changes it on the
 * loop, except for the marked fields.
 */
abstract class SessionStatus<M> extends SessionTimers<M> {

  private static final VarHandle REASON;
  private static final VarHandle CLOSED_STAGE;

  static {
    try {
      REASON =
          MethodHandles.lookup().findVarHandle(SessionStatus.class, "reason", CloseReason.class);
      CLOSED_STAGE =
          MethodHandles.lookup()
              .findVarHandle(SessionStatus.class, "closedStage", CompletableFuture.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final SessionHost<M> host;
  final ConnectionContext connection;

  /** Written by the loop, read by any thread. */
  private volatile SessionState state = SessionState.OPEN;

  /** The first reason to close; set once by any thread. */
  private volatile @Nullable CloseReason reason;

  /**
   * Why the connection was lost, while earlier messages are still to be decoded. Written by the
   * loop, read by any thread.
   */
  private volatile @Nullable CloseReason lostWith;

  /** What is lost with the connection. Written by the loop at its end, read by any thread. */
  private volatile Loss loss = Loss.NONE;

  /** Whether onOpen has returned. Written by the callback, read by any thread. */
  private volatile boolean wasOpened;

  /** Whether the session doesn't count as open yet. Written by the loop, read by any thread. */
  private volatile boolean held;

  /** Whether another session is to replace this one. */
  private volatile boolean leaving;

  /**
   * Created lazily, and completed when onClose has returned. Not guarded by the monitor, which
   * users may hold.
   */
  private volatile @Nullable CompletableFuture<CloseReason> closedStage;

  /**
   * The loss when a connection ends.
   *
   * @param cut see {@link #wasCut}
   * @param unsentBytes the number of accepted bytes that were not passed to the operating system
   */
  private record Loss(boolean cut, long unsentBytes) {
    static final Loss NONE = new Loss(false, 0);
  }

  SessionStatus(SessionHost<M> host, SessionSettings<M> settings, NettySessionSetup<M> setup) {
    super(settings, setup);
    this.host = host;
    this.connection = setup.connection;
    this.held = host.awaitsReady();
  }

  /** {@return this, as the concrete class} */
  abstract NettySession<M> session();

  /** {@return the connection} */
  public final Channel channel() {
    return outbound().channel();
  }

  final Framing framing() {
    return connection.framing();
  }

  // ---------------------------------------------------------------- status

  @Override
  SessionState state() {
    return state;
  }

  @Override
  public boolean isOpen() {
    return state == SessionState.OPEN && reason == null && lostWith == null;
  }

  /** {@return whether its onOpen has returned} */
  public boolean wasOpened() {
    return wasOpened;
  }

  /**
   * {@return whether users see the session: it is opened, ready if that is required, and not
   * closed}
   */
  public boolean isVisible() {
    return wasOpened && !held && state != SessionState.CLOSED && lostWith == null;
  }

  /** From now on the session counts as open. */
  public void release() {
    held = false;
  }

  @Override
  public void ready() {
    host.ready(session());
  }

  @Override
  public void replace() {
    leaving = true;
    host.replace(session());
  }

  /** {@return whether another session replaces this one, or is about to} */
  public boolean isLeaving() {
    return leaving;
  }

  /**
   * {@return whether the session ended before everything was sent, its callbacks had returned, and
   * the peer had ended its stream}
   */
  public boolean wasCut() {
    return loss.cut();
  }

  /** {@return the number of accepted bytes that were not passed to the operating system} */
  public long unsentBytes() {
    return loss.unsentBytes();
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

  // ---------------------------------------------------------------- the loop

  /**
   * Runs an action on the loop. While a codec encodes on the current thread, the action runs later,
   * because the codec holds the lock.
   */
  @Override
  public void onLoop(Runnable action) {
    EventLoop loop = channel().eventLoop();
    if (loop.inEventLoop() && !outbound().isEncodingHere()) {
      action.run();
      return;
    }
    try {
      loop.execute(action);
    } catch (RejectedExecutionException e) {
      // The loop has ended, and so has the connection, see connectionEnded.
    }
  }

  @Override
  public void later(Runnable action) {
    channel().eventLoop().execute(action);
  }

  // ---------------------------------------------------------------- called by the lifecycle

  /** Changes the state. No other method changes it. */
  final void moveTo(SessionState next) {
    if (next.compareTo(state) <= 0) {
      throw new IllegalStateException(
          "%s: invalid change of state from %s to %s".formatted(this, state, next));
    }
    state = next;
  }

  /**
   * Sets the reason unless there is one. The reason of a lost connection has priority. Called on
   * any thread.
   */
  final boolean noteReason(CloseReason why) {
    CloseReason lost = lostWith;
    return REASON.compareAndSet(this, null, framing().withCode(lost == null ? why : lost));
  }

  /** {@return the reason of the end; must exist} */
  final CloseReason reason() {
    return Objects.requireNonNull(reason);
  }

  /** {@return whether there is a reason to end} */
  final boolean hasReason() {
    return reason != null;
  }

  /** Replaces the reason. */
  final void replaceReason(CloseReason why) {
    reason = framing().withCode(why);
  }

  /** {@return whether the connection is lost and earlier messages are still to be decoded} */
  final boolean isLost() {
    return lostWith != null;
  }

  /** Called when the connection is lost and earlier messages are still to be decoded. */
  final void noteLost(CloseReason why) {
    lostWith = why;
  }

  /**
   * Records that the session is {@link #wasCut cut}.
   *
   * @param unsentBytes the number of accepted bytes that were not passed to the operating system
   */
  final void noteCut(long unsentBytes) {
    loss = new Loss(true, unsentBytes);
  }

  // ---------------------------------------------------------------- called by its callbacks

  @Override
  public void opened() {
    wasOpened = true;
    settings.observers().sessionOpened(this);
    host.opened(session());
  }

  @Override
  public void closed(CloseReason why) {
    if (wasOpened) {
      settings.observers().sessionClosed(this, why);
    }
    host.closed(session(), why);
    closedStage().complete(why);
  }

  private CompletableFuture<CloseReason> closedStage() {
    CompletableFuture<CloseReason> stage = closedStage;
    if (stage == null) {
      CompletableFuture<CloseReason> created = new CompletableFuture<>();
      stage = CLOSED_STAGE.compareAndSet(this, null, created) ? created : closedStage;
    }
    return Objects.requireNonNull(stage);
  }

  @Override
  public CompletionStage<CloseReason> whenClosed() {
    return closedStage().minimalCompletionStage();
  }

  final void awaitClosed(Duration timeout) {
    try {
      closedStage().get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException | ExecutionException e) {
      // A callback never returns. The caller has waited for the promised time.
    }
  }
}
