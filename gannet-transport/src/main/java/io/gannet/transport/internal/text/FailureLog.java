package io.gannet.transport.internal.text;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what a peer may be able to cause, for one endpoint: so many times in a second and no more, and nothing
 * of the peer's as it came. The only way to the log for what faces peers. Thread-safe.
 */
public final class FailureLog {

  private static final int PER_SECOND = 5;
  private static final int FRAMES = 16;

  /** Guarded by this. */
  private long secondBegan = System.nanoTime();

  private int logged;
  private long suppressed;

  private final Logger log;

  /**
   * Creates a log.
   *
   * @param name of the logger
   */
  public FailureLog(String name) {
    log = LoggerFactory.getLogger(name);
  }

  /**
   * Logs a failure, with its stack, as far as it tells.
   *
   * @param what what failed, such as {@code onMessage}
   * @param who whose it was
   * @param failure what was thrown
   */
  public void warn(String what, Object who, Throwable failure) {
    long unseen = admit();
    if (unseen >= 0) {
      log.warn("{} of {} failed{}: {}", what, text(who), rest(unseen), describe(failure));
    }
  }

  /**
   * Logs something in a line.
   *
   * @param who whom it is about
   * @param what what there is to say, which may contain what a peer has sent
   */
  public void warn(Object who, String what) {
    long unseen = admit();
    if (unseen >= 0) {
      log.warn("{}{}: {}", text(who), rest(unseen), PeerText.escape(what));
    }
  }

  /**
   * As {@link #warn(Object, String)}, for what is no failure.
   *
   * @param who whom it is about
   * @param what what there is to say, which may contain what a peer has sent
   */
  public void info(Object who, String what) {
    if (log.isInfoEnabled()) {
      long unseen = admit();
      if (unseen >= 0) {
        log.info("{}{}: {}", text(who), rest(unseen), PeerText.escape(what));
      }
    }
  }

  /** {@return how many were not logged before this one, or -1 if this isn't to be logged either} */
  private synchronized long admit() {
    long now = System.nanoTime();
    if (now - secondBegan >= TimeUnit.SECONDS.toNanos(1)) {
      secondBegan = now;
      logged = 0;
    }
    if (logged == PER_SECOND) {
      suppressed++;
      return -1;
    }
    logged++;
    long unseen = suppressed;
    suppressed = 0;
    return unseen;
  }

  private static String text(Object who) {
    return PeerText.escape(String.valueOf(who));
  }

  private static String rest(long unseen) {
    return unseen == 0 ? "" : " (and " + unseen + " others were not logged)";
  }

  /**
   * {@return what was thrown, in words, even if it fails to say so itself}
   *
   * @param failure what was thrown
   */
  public static String text(Throwable failure) {
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
