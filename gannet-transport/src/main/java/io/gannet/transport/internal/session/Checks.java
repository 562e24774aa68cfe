package io.gannet.transport.internal.session;

import java.time.Duration;

/** Checks the values of settings. The messages contain the setting. */
public final class Checks {

  private static final Duration SHORTEST_PERIOD = Duration.ofMillis(10);
  private static final Duration LONGEST = Duration.ofDays(365);

  private Checks() {}

  /** {@return a number that must be at least one} */
  public static int positive(int value, String setting) {
    if (value < 1) {
      throw new IllegalArgumentException(setting + " must be at least 1: " + value);
    }
    return value;
  }

  /** {@return a number that must not be negative} */
  public static int notNegative(int value, String setting) {
    if (value < 0) {
      throw new IllegalArgumentException(setting + " must not be negative: " + value);
    }
    return value;
  }

  /** {@return a timeout in nanoseconds, zero for none} */
  public static long timeout(Duration value, String setting) {
    if (value.isNegative()) {
      throw new IllegalArgumentException(setting + " must not be negative: " + value);
    }
    return value.compareTo(LONGEST) > 0 ? 0 : value.toNanos();
  }

  /** {@return a duration in nanoseconds, at most a year} */
  public static long clamp(Duration value) {
    return value.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : Math.max(0, value.toNanos());
  }

  /** {@return a period in nanoseconds, zero for none} */
  public static long period(Duration value, String setting) {
    if (!value.isZero() && value.compareTo(SHORTEST_PERIOD) < 0) {
      throw new IllegalArgumentException(setting + " must be zero or at least 10 ms: " + value);
    }
    return timeout(value, setting);
  }
}
