package io.gannet.transport.internal;

import io.gannet.transport.StopReport;
import java.time.Duration;

/**
 * Counts the sessions of an endpoint by how they have ended, so that a report of a stop has each of them
 * exactly once. Thread-safe.
 */
final class SessionTally {

  private int open;
  private int drained;
  private int cut;
  private long unsentBytes;

  synchronized void opened() {
    open++;
  }

  /** One that was counted as opened is not opened after all. */
  synchronized void refused() {
    open--;
  }

  synchronized void drained() {
    open--;
    drained++;
  }

  synchronized void cut(long unsent) {
    open--;
    cut++;
    unsentBytes += unsent;
  }

  /** A stop begins: its report has none that have ended before. */
  synchronized void beginStop() {
    drained = 0;
    cut = 0;
    unsentBytes = 0;
  }

  synchronized StopReport report(Duration elapsed) {
    return new StopReport(drained, cut, unsentBytes, open, elapsed);
  }
}
