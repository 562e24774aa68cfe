package io.gannet.testkit;

import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Closes what a test has opened after the test, in the opposite order. */
public class ClosingExtension implements AfterEachCallback {

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  /** Creates an extension for the tests of one class. */
  public ClosingExtension() {}

  /**
   * Closes something after the test.
   *
   * @param <T> its type
   * @param it what to close
   * @return the same
   */
  public final <T extends AutoCloseable> T closing(T it) {
    opened.push(it);
    return it;
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
  }
}
