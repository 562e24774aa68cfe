package io.gannet.transport;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long a client waits before it connects again: {@code min · factor^failures}, at most {@code
 * max}; with full jitter a random time between zero and that, so that the clients of a server that
 * comes back don't come all at once (M. Brooker, "Exponential Backoff And Jitter", 2015).
 *
 * @param min the wait after the first failure
 * @param max the longest wait
 * @param factor how much longer each wait is than the one before, at least 1
 * @param fullJitter whether the wait is drawn at random between zero and the computed value
 * @param maxAttempts after how many failures in a row the client gives up; 0 for never
 */
public record Backoff(
    Duration min, Duration max, double factor, boolean fullJitter, int maxAttempts) {

  /** Checks the arguments. */
  public Backoff {
    if (min.isNegative() || min.isZero() || max.compareTo(min) < 0) {
      throw new IllegalArgumentException(
          "min must be positive and max not less: min %s, max %s".formatted(min, max));
    }
    if (!(factor >= 1)) {
      throw new IllegalArgumentException("factor must be at least 1: " + factor);
    }
    if (maxAttempts < 0) {
      throw new IllegalArgumentException("maxAttempts must not be negative: " + maxAttempts);
    }
  }

  /**
   * Waits that double, without jitter and without an end.
   *
   * @param min the wait after the first failure
   * @param max the longest wait
   * @return the backoff
   */
  public static Backoff exponential(Duration min, Duration max) {
    return new Backoff(min, max, 2, false, 0);
  }

  /**
   * The same wait each time.
   *
   * @param delay the wait
   * @return the backoff
   */
  public static Backoff fixed(Duration delay) {
    return new Backoff(delay, delay, 1, false, 0);
  }

  /**
   * {@return a wait that is drawn at random between zero and the computed value}
   */
  public Backoff withFullJitter() {
    return new Backoff(min, max, factor, true, maxAttempts);
  }

  /**
   * Gives up after some failures in a row.
   *
   * @param attempts how many; 0 for never
   * @return the changed backoff
   */
  public Backoff withMaxAttempts(int attempts) {
    return new Backoff(min, max, factor, fullJitter, attempts);
  }

  /**
   * The wait before the next attempt.
   *
   * @param failures how many attempts have failed in a row, at least 1
   * @param random where jitter comes from
   * @return the wait
   */
  public Duration delay(int failures, RandomGenerator random) {
    double ceiling =
        Math.min((double) max.toNanos(), min.toNanos() * Math.pow(factor, failures - 1.0));
    return Duration.ofNanos((long) (fullJitter ? ceiling * random.nextDouble() : ceiling));
  }
}
