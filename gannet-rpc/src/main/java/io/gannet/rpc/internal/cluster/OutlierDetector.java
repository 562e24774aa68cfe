package io.gannet.rpc.internal.cluster;

import io.gannet.rpc.EjectionPolicy;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.internal.call.Clock;
import io.gannet.transport.SendTimeoutException;
import io.gannet.transport.internal.text.FailureLog;
import io.gannet.transport.internal.text.PeerText;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Observes the outcomes of one instance's calls, and decides when to eject it. Thread-safe. */
final class OutlierDetector {

  private static final long ONE_CALL = 1L << 32;

  private final EjectionPolicy policy;
  private final long window;

  private final AtomicInteger inARow = new AtomicInteger();

  /**
   * The number of ended calls in this window in the upper half, and of failed calls in the lower
   * half.
   */
  private final AtomicLong counted = new AtomicLong();

  private final AtomicLong windowBegan;

  OutlierDetector(EjectionPolicy policy, long now) {
    this.policy = policy;
    this.window = Clock.nanos(policy.window());
    this.windowBegan = new AtomicLong(now);
  }

  /** What the outcome of a call shows about the instance. */
  enum Verdict {
    /** The instance works, even if it has rejected an invalid call. */
    GOOD,
    /** The instance doesn't work. */
    BAD,
    /** Nothing: the call didn't reach the instance, or its caller has given up. */
    NONE
  }

  /** {@return what the outcome of a call shows about the instance} */
  Verdict judge(@Nullable Throwable failure) {
    return switch (failure) {
      case null -> Verdict.GOOD;
      case CancellationException cancelled -> Verdict.NONE;
      case RpcException e when e.code() == RpcCode.CANCELLED -> Verdict.NONE;
      case RpcException e when e.notStarted() && !wasNotTaken(e) -> Verdict.NONE;
      case RpcException e when policy.codes().contains(e.code()) -> Verdict.BAD;
      default -> Verdict.GOOD;
    };
  }

  /** {@return whether the call could not be sent because the instance has not read for so long} */
  private static boolean wasNotTaken(RpcException failure) {
    return failure.getCause() instanceof SendTimeoutException;
  }

  /** Called when a call's outcome is good for the instance. */
  void succeeded(long now) {
    if (inARow.get() != 0) {
      inARow.set(0);
    }
    count(now, ONE_CALL);
  }

  /**
   * Called when a call's outcome is bad for the instance.
   *
   * @return the reason for an ejection, or null
   */
  @Nullable String failed(long now, Throwable failure) {
    int failures = inARow.incrementAndGet();
    long counts = count(now, ONE_CALL + 1);
    if (policy.consecutiveFailures() > 0 && failures >= policy.consecutiveFailures()) {
      return "%,d calls in a row have failed, the last with %s".formatted(failures, text(failure));
    }
    long calls = counts >>> 32;
    long failed = counts & 0xFFFF_FFFFL;
    if (policy.errorRatio() > 0
        && calls >= policy.minCalls()
        && failed >= policy.errorRatio() * calls) {
      return "%,d of %,d calls have failed, the last with %s"
          .formatted(failed, calls, text(failure));
    }
    return null;
  }

  /** Escapes the text, which may contain text of the peer. */
  private static String text(Throwable failure) {
    return PeerText.escape(FailureLog.text(failure));
  }

  /**
   * Called when another instance answered a call that it had received later. Returns the same as
   * {@link #failed}. Doesn't change the ratio.
   */
  @Nullable String overtaken() {
    int failures = inARow.incrementAndGet();
    return policy.consecutiveFailures() > 0 && failures >= policy.consecutiveFailures()
        ? "%,d calls in a row have failed, the last because another was quicker".formatted(failures)
        : null;
  }

  private long count(long now, long what) {
    long began = windowBegan.get();
    if (now - began >= window && windowBegan.compareAndSet(began, now)) {
      counted.set(0);
    }
    return counted.addAndGet(what);
  }

  /** Starts a new window. */
  void reset(long now) {
    inARow.set(0);
    windowBegan.set(now);
    counted.set(0);
  }
}
