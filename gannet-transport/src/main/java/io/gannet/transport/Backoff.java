package io.gannet.transport;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The time that a client waits before it reconnects: {@code min · factor^failures}, at most
 * {@code max}. With full jitter, the wait is a random time between zero and that value, so that the
 * clients of a restarted server don't reconnect all at once (M. Brooker, "Exponential Backoff And
 * Jitter", 2015).
 *
 * @param min the wait after the first failure
 * @param max the longest wait
 * @param factor the ratio of each wait to the previous one, at least 1
 * @param fullJitter whether the wait is drawn at random between zero and the computed value
 * @param maxAttempts after how many consecutive failures the client stops reconnecting; 0 for never
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
   * Creates a backoff whose waits double, without jitter and without a limit on attempts.
   *
   * @param min the wait after the first failure
   * @param max the longest wait
   * @return the backoff
   */
  public static Backoff exponential(Duration min, Duration max) {
    return new Backoff(min, max, 2, false, 0);
  }

  /**
   * Creates a backoff that always waits for the same time.
   *
   * @param delay the wait
   * @return the backoff
   */
  public static Backoff fixed(Duration delay) {
    return new Backoff(delay, delay, 1, false, 0);
  }

  /**
   * {@return the same backoff with full jitter: each wait is random between zero and the computed
   * value}
   */
  public Backoff withFullJitter() {
    return new Backoff(min, max, factor, true, maxAttempts);
  }

  /**
   * Stops reconnecting after a number of consecutive failures.
   *
   * @param attempts the number of failures; 0 for no limit
   * @return the changed backoff
   */
  public Backoff withMaxAttempts(int attempts) {
    return new Backoff(min, max, factor, fullJitter, attempts);
  }

  /**
   * Computes the wait before the next attempt.
   *
   * @param failures the number of consecutive failed attempts, at least 1
   * @param random the source of the jitter
   * @return the wait
   */
  public Duration delay(int failures, RandomGenerator random) {
    double ceiling =
        Math.min((double) max.toNanos(), min.toNanos() * Math.pow(factor, failures - 1.0));
    return Duration.ofNanos((long) (fullJitter ? ceiling * random.nextDouble() : ceiling));
  }
}
