package io.gannet.transport.internal;

import io.gannet.transport.TimeSource;

/** Limits a rate, and allows a burst after an idle time. Thread-safe. */
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
   * @param perSecond the rate; 0 for no limit
   * @param burst the maximum number at once
   */
  TokenBucket(int perSecond, int burst, TimeSource time) {
    this.perNano = perSecond / 1e9;
    this.burst = burst;
    this.time = time;
    this.tokens = burst;
    this.filledAt = time.nanoTime();
  }

  /** Takes a token if one is available. */
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
