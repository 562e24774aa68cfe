package io.gannet.rpc.internal.cluster;

import io.gannet.rpc.RetryPolicy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

/** A bucket of retries, which calls and time fill. Calls only count; retries, which are rare, do the sums. */
final class RetryBudget {

  private final RetryPolicy policy;
  private final LongAdder calls = new LongAdder();
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private double tokens;
  private long filledAt;

  RetryBudget(RetryPolicy policy, long now) {
    this.policy = policy;
    this.tokens = policy.budgetMax();
    this.filledAt = now;
  }

  /** A call is made. */
  void countCall() {
    calls.increment();
  }

  /** {@return whether there was a retry, which is taken then} */
  boolean tryTake(long now) {
    lock.lock();
    try {
      double seconds = (double) (now - filledAt) / TimeUnit.SECONDS.toNanos(1);
      filledAt = now;
      tokens =
          Math.min(
              policy.budgetMax(),
              tokens
                  + calls.sumThenReset() * policy.budgetRatio()
                  + seconds * policy.budgetPerSecond());
      if (tokens < 1) {
        return false;
      }
      tokens--;
      return true;
    } finally {
      lock.unlock();
    }
  }
}
