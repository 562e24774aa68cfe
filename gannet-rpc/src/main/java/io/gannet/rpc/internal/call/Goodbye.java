package io.gannet.rpc.internal.call;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * How far the two sides of a connection have said goodbye. {@link RpcConnection} sends and closes
 * what follows from it. Thread-safe.
 */
final class Goodbye {

  /** What this side does with the peer's calls. It only advances, by {@link #moveTo}. */
  enum Stage {
    /** Takes them. */
    OPEN,
    /** Takes them until the calls of this side have ended, then closes the connection. */
    LEAVING,
    /** Takes them until the calls of this side have ended, then drains. */
    FINISHING,
    /** Refuses them. The peer has not been told, perhaps because hello hasn't been said. */
    DRAINING,
    /** Refuses them. The peer has been told, or the session is being closed. */
    TOLD,
    /** No call of either side is left, or the connection has ended. */
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

  /** Why the peer takes no more calls, or null while it does. */
  private volatile @Nullable String ofPeer;

  /** Whether the peer makes no more calls. */
  private volatile boolean peerIsDone;

  /** Whether the peer knows that this side makes no more calls. Of the I/O thread. */
  private boolean answered;

  private final CompletableFuture<Void> over = new CompletableFuture<>();

  /** {@return how far this side is} */
  Stage stage() {
    return stage;
  }

  /** {@return whether the peer's calls are taken} */
  boolean takesCalls() {
    return stage.compareTo(Stage.DRAINING) < 0;
  }

  /**
   * Advances, unless this side is that far already.
   *
   * @return whether this call has done it
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

  /** {@return whether the peer is to be told now that its calls are refused; true once} */
  boolean isToBeTold() {
    return stage == Stage.DRAINING && moveTo(Stage.TOLD);
  }

  /** {@return completes when no call of either side is left and none will come} */
  CompletableFuture<Void> whenOver() {
    return over;
  }

  // ---------------------------------------------------------------- the peer's

  /**
   * The peer takes no more calls.
   *
   * @param why what it says
   * @return whether that is news
   */
  boolean peerLeaves(String why) {
    boolean isNews = ofPeer == null;
    ofPeer = why;
    return isNews;
  }

  /** {@return why the peer takes no more calls, or null while it does} */
  @Nullable String ofPeer() {
    return ofPeer;
  }

  /** The peer makes no more calls. */
  void peerIsDone() {
    peerIsDone = true;
  }

  /** {@return whether the peer makes no more calls} */
  boolean isPeerDone() {
    return peerIsDone;
  }

  /** {@return whether the peer is to be told that this side makes no more calls; true once} */
  boolean isToBeAnswered() {
    boolean first = !answered;
    answered = true;
    return first;
  }
}
