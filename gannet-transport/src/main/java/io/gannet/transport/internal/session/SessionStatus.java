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
 * How a session stands, and why. Any thread may ask; only the {@link Lifecycle} changes it, on the loop, except what is
 * marked.
 */
abstract class SessionStatus<M> extends SessionTimers<M> {

  private static final VarHandle REASON;

  static {
    try {
      REASON =
          MethodHandles.lookup().findVarHandle(SessionStatus.class, "reason", CloseReason.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final SessionHost<M> host;
  final ConnectionContext connection;

  /** Written by the loop, read by anyone. */
  private volatile SessionState state = SessionState.OPEN;

  /** The first reason there was to close; set once, by anyone. */
  private volatile @Nullable CloseReason reason;

  /**
   * Why the connection was lost, as long as messages that came before that are still to be decoded. Written
   * by the loop, read by anyone.
   */
  private volatile @Nullable CloseReason lostWith;

  /** What is lost with the connection; written by the loop when it ends, read by anyone. */
  private volatile Loss loss = Loss.NONE;

  /** Whether onOpen has returned; written by the callback, read by anyone. */
  private volatile boolean wasOpened;

  /** Whether it doesn't count as open yet; written by the loop, read by anyone. */
  private volatile boolean held;

  /** Whether another session is to take its place. */
  private volatile boolean leaving;

  /** Created lazily, and completed when onClose has returned; guarded by this. */
  private @Nullable CompletableFuture<CloseReason> closedStage;

  /**
   * What is lost with a connection.
   *
   * @param cut see {@link #wasCut}
   * @param unsentBytes how many accepted bytes were not handed to the operating system
   */
  private record Loss(boolean cut, long unsentBytes) {
    static final Loss NONE = new Loss(false, 0);
  }

  SessionStatus(SessionHost<M> host, SessionSettings<M> settings, NettySessionSetup<M> setup) {
    super(settings, setup);
    this.host = host;
    this.connection = setup.connection;
    this.held = host.holdsBack();
  }

  /** {@return this, as others know it} */
  abstract NettySession<M> session();

  final Channel channel() {
    return outbound().channel();
  }

  final Framing framing() {
    return connection.framing();
  }

  // ---------------------------------------------------------------- how it stands

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

  /** {@return whether it is there for users: opened, ready where that is awaited, and not closed} */
  public boolean isVisible() {
    return wasOpened && !held && state != SessionState.CLOSED && lostWith == null;
  }

  /** From now on it counts as open. */
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

  /** {@return whether another session takes its place, or is about to} */
  public boolean isLeaving() {
    return leaving;
  }

  /**
   * {@return whether it ended before everything was sent, its callbacks had returned, and the peer had ended its
   * side}
   */
  public boolean wasCut() {
    return loss.cut();
  }

  /** {@return how many accepted bytes were not handed to the operating system} */
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

  // ---------------------------------------------------------------- its loop

  /** Later rather than at once while a codec encodes on this very thread: it holds the lock. */
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
      // The loop has ended and with it the connection, see connectionEnded.
    }
  }

  @Override
  public void later(Runnable action) {
    channel().eventLoop().execute(action);
  }

  // ---------------------------------------------------------------- what the lifecycle notes

  /** The one place that changes the state. */
  final void moveTo(SessionState next) {
    if (next.compareTo(state) <= 0) {
      throw new IllegalStateException("%s can't go from %s to %s".formatted(this, state, next));
    }
    state = next;
  }

  /** Sets the reason unless there is one; that of a connection that was lost came first. On any thread. */
  final boolean noteReason(CloseReason why) {
    CloseReason lost = lostWith;
    return REASON.compareAndSet(this, null, framing().withCode(lost == null ? why : lost));
  }

  /** {@return why it ends; there is a reason} */
  final CloseReason reason() {
    return Objects.requireNonNull(reason);
  }

  /** {@return whether there is a reason to end} */
  final boolean hasReason() {
    return reason != null;
  }

  /** Gives another reason. */
  final void replaceReason(CloseReason why) {
    reason = framing().withCode(why);
  }

  /** {@return whether the connection is lost, and messages that came before are still to be decoded} */
  final boolean isLost() {
    return lostWith != null;
  }

  /** The connection is lost, and messages that came before are still to be decoded. */
  final void noteLost(CloseReason why) {
    lostWith = why;
  }

  /**
   * Notes that the session is {@link #wasCut cut}.
   *
   * @param unsentBytes how many accepted bytes were not handed to the operating system
   */
  final void noteCut(long unsentBytes) {
    loss = new Loss(true, unsentBytes);
  }

  // ---------------------------------------------------------------- what its callbacks note

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

  private synchronized CompletableFuture<CloseReason> closedStage() {
    if (closedStage == null) {
      closedStage = new CompletableFuture<>();
    }
    return closedStage;
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
      // A callback that never returns; the caller has waited as long as it was promised.
    }
  }
}
