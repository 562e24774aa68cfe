package io.gannet.rpc.internal.cluster;

import io.gannet.rpc.RetryPolicy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A bucket of retries, which calls and time fill. Retries, which are rare, do the sums.
 * Thread-safe.
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
   * {@return whether there was a retry, which is taken then}
   *
   * @param now the moment
   * @param calls how many calls there have been until then
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
