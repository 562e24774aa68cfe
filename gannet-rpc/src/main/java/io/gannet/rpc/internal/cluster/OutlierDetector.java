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

/** Watches how the calls of one instance end, and says when it should be left out. Thread-safe. */
final class OutlierDetector {

  private static final long ONE_CALL = 1L << 32;

  private final EjectionPolicy policy;
  private final long window;

  private final AtomicInteger inARow = new AtomicInteger();

  /**
   * How many calls have ended in this window, in the upper half, and how many failed, in the lower.
   */
  private final AtomicLong counted = new AtomicLong();

  private final AtomicLong windowBegan;

  OutlierDetector(EjectionPolicy policy, long now) {
    this.policy = policy;
    this.window = Clock.nanos(policy.window());
    this.windowBegan = new AtomicLong(now);
  }

  /** What the end of a call says of the instance. */
  enum Verdict {
    /** It works: also if what it has answered is that the call is wrong. */
    GOOD,
    /** It doesn't. */
    BAD,
    /** Nothing: the call didn't get that far, or nobody has waited for it. */
    NONE
  }

  /** {@return what the end of a call says of the instance} */
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

  /** {@return whether the instance has read nothing for so long that the call could not be sent} */
  private static boolean wasNotTaken(RpcException failure) {
    return failure.getCause() instanceof SendTimeoutException;
  }

  /** A call has ended in a way that speaks for the instance. */
  void succeeded(long now) {
    if (inARow.get() != 0) {
      inARow.set(0);
    }
    count(now, ONE_CALL);
  }

  /**
   * A call has ended in a way that speaks against the instance.
   *
   * @return why it should be left out, or null if it should not
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

  /** It says what the peer has said. */
  private static String text(Throwable failure) {
    return PeerText.escape(FailureLog.text(failure));
  }

  /**
   * A call was answered by another that had it later; returns as {@link #failed}. Says nothing of
   * the ratio.
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

  /** Begins anew. */
  void reset(long now) {
    inARow.set(0);
    windowBegan.set(now);
    counted.set(0);
  }
}
