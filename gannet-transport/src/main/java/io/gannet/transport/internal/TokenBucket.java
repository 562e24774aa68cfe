package io.gannet.transport.internal;

import io.gannet.transport.TimeSource;

/** Lets so many pass in a second, and some more after a quiet time. Thread-safe. */
final class TokenBucket {

  private final double perNano;
  private final int burst;
  private final TimeSource time;

  /** Guarded by this. */
  private double tokens;

  private long filledAt;

  /**
   * Creates a full bucket.
   *
   * @param perSecond how many may pass; 0 for any number
   * @param burst how many may pass at once
   */
  TokenBucket(int perSecond, int burst, TimeSource time) {
    this.perNano = perSecond / 1e9;
    this.burst = burst;
    this.time = time;
    this.tokens = burst;
    this.filledAt = time.nanoTime();
  }

  /** Takes a token if there is one. */
  synchronized boolean take() {
    if (perNano == 0) {
      return true;
    }
    long now = time.nanoTime();
    tokens = Math.min(burst, tokens + (now - filledAt) * perNano);
    filledAt = now;
    if (tokens < 1) {
      return false;
    }
    tokens--;
    return true;
  }
}
