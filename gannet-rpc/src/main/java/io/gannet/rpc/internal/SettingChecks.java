package io.gannet.rpc.internal;

import io.gannet.rpc.internal.call.Clock;
import java.time.Duration;

/** Checks the values of settings. */
final class SettingChecks {

  private SettingChecks() {}

  static Duration positive(Duration value, String setting) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(setting + " must be positive: " + value);
    }
    return value;
  }

  static Duration notNegative(Duration value, String setting) {
    if (value.isNegative()) {
      throw new IllegalArgumentException(setting + " must not be negative: " + value);
    }
    return value;
  }

  static int inRange(int value, int lowest, int highest, String setting) {
    if (value < lowest || value > highest) {
      throw new IllegalArgumentException(
          "%s must be %,d to %,d: %,d".formatted(setting, lowest, highest, value));
    }
    return value;
  }

  /** {@return a duration in nanoseconds, at most {@code Long.MAX_VALUE}} */
  static long nanos(Duration value) {
    return Clock.nanos(value);
  }

  static void reliable(boolean transport) {
    if (!transport) {
      throw new IllegalArgumentException(
          "calls can't be made over UDP, which loses and reorders messages: use TCP, TLS,"
              + " WebSocket or a Unix socket");
    }
  }
}
