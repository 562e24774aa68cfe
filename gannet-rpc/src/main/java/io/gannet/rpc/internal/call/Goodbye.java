package io.gannet.rpc.internal.call;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The progress of this side's goodbye, and what the peer has announced. Sends and closes nothing:
 * {@link RpcConnection} does what follows from a change. Thread-safe.
 */
final class Goodbye {

  /**
   * What this side does with the peer's calls. Only {@link #moveTo} changes the stage, and only
   * forward; stages may be skipped.
   */
  enum Stage {
    /** Accepts calls. */
    OPEN,
    /** Accepts calls until those of this side have ended, then drains and closes the session. */
    LEAVING,
    /** Accepts calls until those of this side have ended, then drains. */
    FINISHING,
    /** Refuses calls; GO_AWAY is still to be sent, which must not precede the hello. */
    DRAINING,
    /** Refuses calls; GO_AWAY has been sent, or the session is being closed. */
    GO_AWAY_SENT,
    /** No call of either side is left and none will come, or the connection has ended. */
    OVER
  }

  private static final VarHandle STAGE;

  static {
    try {
      STAGE = MethodHandles.lookup().findVarHandle(Goodbye.class, "stage", Stage.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile Stage stage = Stage.OPEN;

  /** Why the peer accepts no more calls; null while it does. */
  private volatile @Nullable String peerReason;

  /** Whether the peer makes no more calls. */
  private volatile boolean peerIsDone;

  /** Whether LAST_CALL has been claimed. Used by the I/O thread only. */
  private boolean lastCallClaimed;

  private final CompletableFuture<Void> over = new CompletableFuture<>();

  /** {@return the stage of this side} */
  Stage stage() {
    return stage;
  }

  /** {@return whether this side accepts calls of the peer} */
  boolean takesCalls() {
    return stage.compareTo(Stage.DRAINING) < 0;
  }

  /**
   * Advances to a stage, unless this side has already reached it.
   *
   * @return whether this call made the change
   */
  boolean moveTo(Stage next) {
    Stage now = stage;
    while (now.compareTo(next) < 0) {
      if (STAGE.compareAndSet(this, now, next)) {
        if (next == Stage.OVER) {
          over.complete(null);
        }
        return true;
      }
      now = stage;
    }
    return false;
  }

  /** Claims the duty to send GO_AWAY. Returns true to one caller only. */
  boolean claimGoAway() {
    return stage == Stage.DRAINING && moveTo(Stage.GO_AWAY_SENT);
  }

  /** {@return a future that completes with {@link Stage#OVER}} */
  CompletableFuture<Void> whenOver() {
    return over;
  }

  // ---------------------------------------------------------------- the peer's side

  /**
   * Notes that the peer accepts no more calls.
   *
   * @param why the reason
   * @return whether this is the first reason
   */
  boolean peerLeaves(String why) {
    boolean isNews = peerReason == null;
    peerReason = why;
    return isNews;
  }

  /** {@return why the peer accepts no more calls; null while it does} */
  @Nullable String peerReason() {
    return peerReason;
  }

  /** Notes that the peer makes no more calls. */
  void peerIsDone() {
    peerIsDone = true;
  }

  /** {@return whether the peer makes no more calls} */
  boolean isPeerDone() {
    return peerIsDone;
  }

  /**
   * Claims the duty to send LAST_CALL. Returns true to one caller only. Called on the I/O thread.
   */
  boolean claimLastCall() {
    boolean first = !lastCallClaimed;
    lastCallClaimed = true;
    return first;
  }
}
