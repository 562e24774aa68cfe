package io.gannet.rpc.internal.cluster;

import io.gannet.rpc.RetryPolicy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A bucket of retry tokens, filled by calls and by time. The computation is done by retries, which
 * are rare. Thread-safe.
 */
final class RetryBudget {

  private final RetryPolicy policy;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private double tokens;
  private long filledAt;
  private long callsUntilThen;

  RetryBudget(RetryPolicy policy, long now) {
    this.policy = policy;
    this.tokens = policy.budgetMax();
    this.filledAt = now;
  }

  /**
   * {@return whether a retry was available; it is then taken}
   *
   * @param now the current moment
   * @param calls the number of calls so far
   */
  boolean tryTake(long now, long calls) {
    lock.lock();
    try {
      double seconds = (double) (now - filledAt) / TimeUnit.SECONDS.toNanos(1);
      filledAt = now;
      tokens =
          Math.min(
              policy.budgetMax(),
              tokens
                  + (calls - callsUntilThen) * policy.budgetRatio()
                  + seconds * policy.budgetPerSecond());
      callsUntilThen = calls;
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
