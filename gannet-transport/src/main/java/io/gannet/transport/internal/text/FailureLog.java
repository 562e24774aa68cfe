package io.gannet.transport.internal.text;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs events that a peer may be able to cause, for one endpoint: limits the rate, and escapes text
 * from the peer. Code that faces peers logs only through this class. Thread-safe.
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
   * @param name the name of the logger
   */
  public FailureLog(String name) {
    log = LoggerFactory.getLogger(name);
  }

  /**
   * Logs a failure with its stack trace.
   *
   * @param what the failed operation, such as {@code onMessage}
   * @param who the object that it belongs to
   * @param failure the exception
   */
  public void warn(String what, Object who, Throwable failure) {
    long unseen = admit();
    if (unseen >= 0) {
      log.warn("{} of {} failed{}: {}", what, text(who), rest(unseen), describe(failure));
    }
  }

  /**
   * Logs an event in one line.
   *
   * @param who the object that it concerns
   * @param what the text, which may contain text from a peer
   */
  public void warn(Object who, String what) {
    long unseen = admit();
    if (unseen >= 0) {
      log.warn("{}{}: {}", text(who), rest(unseen), PeerText.escape(what));
    }
  }

  /**
   * Logs an event that isn't a failure in one line, like {@link #warn(Object, String)}.
   *
   * @param who the object that it concerns
   * @param what the text, which may contain text from a peer
   */
  public void info(Object who, String what) {
    if (log.isInfoEnabled()) {
      long unseen = admit();
      if (unseen >= 0) {
        log.info("{}{}: {}", text(who), rest(unseen), PeerText.escape(what));
      }
    }
  }

  /**
   * {@return how many entries were suppressed before this one, or -1 if this one is suppressed,
   * too}
   */
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
   * {@return the text of an exception, even if its own methods fail}
   *
   * @param failure the exception
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
