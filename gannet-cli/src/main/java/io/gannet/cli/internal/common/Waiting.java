package io.gannet.cli.internal.common;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for conditions without a notification. */
public final class Waiting {

  private static final Duration PERIOD = Duration.ofMillis(5);

  private Waiting() {}

  /**
   * Waits until something is so.
   *
   * @param timeout how long at most
   * @param condition asked again and again
   * @return whether it is so in time
   * @throws InterruptedException if the thread is interrupted
   */
  public static boolean until(Duration timeout, BooleanSupplier condition)
      throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      Thread.sleep(PERIOD);
    }
    return true;
  }
}
