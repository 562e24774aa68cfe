package io.gannet.testkit;

import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Fails a test class after which Netty reports a leaked buffer, and the whole run if a leak is
 * found later.
 *
 * <p>JUnit finds this class automatically if the testkit is on the class path. As a session
 * listener it is installed before the first of Netty's classes is loaded. As an extension it looks
 * for leaks after each top-level test class, and once more at the end.
 */
public final class LeakExtension
    implements LauncherSessionListener, BeforeAllCallback, AfterAllCallback {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(LeakExtension.class);

  /** Called by JUnit. */
  public LeakExtension() {}

  @Override
  public void launcherSessionOpened(LauncherSession session) {
    LeakDetection.install();
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    LeakDetection.install();
    context
        .getRoot()
        .getStore(NAMESPACE)
        .computeIfAbsent(AtTheEnd.class, key -> new AtTheEnd(), AtTheEnd.class);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    boolean topLevel = context.getParent().map(context.getRoot()::equals).orElse(true);
    if (topLevel) {
      failOn(
          LeakDetection.collect(),
          "found after "
              + context.getDisplayName()
              + ", leaked there or in a class that ran before it");
    }
  }

  private static void failOn(List<String> leaks, String when) {
    if (!leaks.isEmpty()) {
      throw new AssertionError(
          leaks.size() + " leaked, " + when + ":\n" + String.join("\n\n", leaks));
    }
  }

  /** Kept by JUnit for the whole run, and closed at its end. */
  private record AtTheEnd() implements AutoCloseable {
    @Override
    public void close() {
      failOn(LeakDetection.collect(), "found at the end of the run");
    }
  }
}
