package io.gannet.transport;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Blocks callbacks until the test opens it. */
final class Gate implements AutoCloseable {

  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch open = new CountDownLatch(1);

  /** Waits until the gate is open. */
  void pass() {
    reached.countDown();
    await(open, "nobody opened the gate");
  }

  /** Waits until a thread has reached the gate. */
  void awaitReached() {
    await(reached, "nobody came to the gate");
  }

  boolean isReached() {
    return reached.getCount() == 0;
  }

  void open() {
    open.countDown();
  }

  @Override
  public void close() {
    open();
  }

  private static void await(CountDownLatch latch, String failure) {
    try {
      if (!latch.await(30, TimeUnit.SECONDS)) {
        throw new AssertionError(failure);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted at a gate", e);
    }
  }
}
