package io.gannet.transport.internal.session;

import io.gannet.transport.internal.text.PeerText;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs failures that a peer may be able to cause, for one endpoint: so many in a second and no more,
 * and nothing of the peer's as it came. Thread-safe.
 */
public final class FailureLog {

  private static final Logger LOG = LoggerFactory.getLogger("io.gannet.transport.failures");
  private static final int PER_SECOND = 5;
  private static final int FRAMES = 16;

  /** Guarded by this. */
  private long secondBegan = System.nanoTime();

  private int logged;
  private long suppressed;

  /** Creates a log. */
  public FailureLog() {}

  /**
   * Logs a failure, with its stack, as far as it tells.
   *
   * @param what what failed, such as {@code onMessage}
   * @param who whose it was
   * @param failure what was thrown
   */
  public void warn(String what, Object who, Throwable failure) {
    long unseen;
    synchronized (this) {
      long now = System.nanoTime();
      if (now - secondBegan >= TimeUnit.SECONDS.toNanos(1)) {
        secondBegan = now;
        logged = 0;
      }
      if (logged == PER_SECOND) {
        suppressed++;
        return;
      }
      logged++;
      unseen = suppressed;
      suppressed = 0;
    }
    LOG.warn(
        "{} of {} failed{}: {}",
        what,
        who,
        unseen == 0 ? "" : " (and " + unseen + " other failures were not logged)",
        describe(failure));
  }

  /** What was thrown, in words, even if it fails to say so itself. */
  static String text(Throwable failure) {
    try {
      return failure.toString();
    } catch (Throwable t) {
      return failure.getClass().getName();
    }
  }

  private static String describe(Throwable failure) {
    try {
      return withStack(failure);
    } catch (Throwable t) {
      return failure.getClass().getName();
    }
  }

  private static String withStack(Throwable failure) {
    StringBuilder text = new StringBuilder();
    Throwable one = failure;
    for (int depth = 0; one != null && depth < 4; depth++) {
      if (depth > 0) {
        text.append(System.lineSeparator()).append("Caused by: ");
      }
      text.append(PeerText.escape(text(one)));
      StackTraceElement[] frames = one.getStackTrace();
      for (int i = 0; i < Math.min(FRAMES, frames.length); i++) {
        text.append(System.lineSeparator()).append("\tat ").append(frames[i]);
      }
      one = one.getCause();
    }
    return text.toString();
  }
}
