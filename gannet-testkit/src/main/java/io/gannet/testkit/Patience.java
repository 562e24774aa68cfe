package io.gannet.testkit;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Extends the default time that conditions are awaited, so that a busy machine fails no test; a
 * condition that becomes true soon takes no longer. JUnit finds this class automatically if the
 * testkit is on the class path.
 */
public final class Patience implements LauncherSessionListener {

  private static final Duration LONG = Duration.ofSeconds(30);

  /** Called by JUnit. */
  public Patience() {}

  @Override
  public void launcherSessionOpened(LauncherSession session) {
    Awaitility.setDefaultTimeout(LONG);
  }
}
