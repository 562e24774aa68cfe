package io.gannet.testkit;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Lets conditions be awaited for longer than usual: what is true after a moment costs no time, and a machine that is busy with
 * something else fails no test. JUnit finds it by itself wherever the testkit is on the class path.
 */
public final class Patience implements LauncherSessionListener {

  private static final Duration LONG = Duration.ofSeconds(30);

  /** For JUnit, which makes the instances. */
  public Patience() {}

  @Override
  public void launcherSessionOpened(LauncherSession session) {
    Awaitility.setDefaultTimeout(LONG);
  }
}
