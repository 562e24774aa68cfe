package io.gannet.transport.internal;

import io.gannet.transport.StopReport;
import java.time.Duration;

/**
 * Counts the sessions of an endpoint by their outcome, so that the report of a stop counts each of
 * them exactly once. Thread-safe.
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

  /** Called when a stop starts. Its report doesn't include sessions that ended before. */
  synchronized void beginStop() {
    drained = 0;
    cut = 0;
    unsentBytes = 0;
  }

  synchronized StopReport report(Duration elapsed) {
    return new StopReport(drained, cut, unsentBytes, open, elapsed);
  }
}
