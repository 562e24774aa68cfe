package io.gannet.transport.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.Condition;
import org.junit.jupiter.api.Test;

class SelfLockTest {

  private static final int THREADS = 6;
  private static final int TURNS = 20_000;

  @SuppressWarnings("serial") // see SelfLock
  private static final class Counter extends SelfLock {
    private int count;
    private boolean full;
  }

  private final Counter counter = new Counter();

  @Test
  void onlyOneThreadHoldsTheLock() throws Exception {
    countWith(Executors.newFixedThreadPool(THREADS));
    countWith(Executors.newVirtualThreadPerTaskExecutor());
    assertThat(counter.count).isEqualTo(2 * THREADS * TURNS);
  }

  private void countWith(ExecutorService threads) throws Exception {
    runAll(
        threads,
        () -> {
          for (int i = 0; i < TURNS; i++) {
            counter.lock();
            counter.count++;
            counter.unlock();
          }
          return null;
        });
  }

  private static void runAll(ExecutorService threads, Callable<Void> task) throws Exception {
    CountDownLatch begin = new CountDownLatch(THREADS);
    try (threads) {
      List<Future<Void>> running = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        running.add(
            threads.submit(() -> {
              begin.countDown();
              begin.await();
              return task.call();
            }));
      }
      for (Future<Void> each : running) {
        each.get();
      }
    }
  }

  @Test
  void aThreadMayLockAgainAndUnlocksAsOften() throws Exception {
    counter.lock();
    counter.lock();
    assertThat(counter.isLockedHere()).isTrue();
    counter.unlock();
    assertThat(counter.isLockedHere()).isTrue();
    counter.unlock();
    assertThat(counter.isLockedHere()).isFalse();
    try (ExecutorService other = Executors.newVirtualThreadPerTaskExecutor()) {
      other
          .submit(() -> {
            counter.lock();
            counter.unlock();
          })
          .get();
    }
  }

  @Test
  void onlyTheHolderMayUnlock() throws Exception {
    counter.lock();
    try (ExecutorService other = Executors.newVirtualThreadPerTaskExecutor()) {
      boolean held = other.submit(counter::isLockedHere).get();
      assertThat(held).isFalse();
      assertThatThrownBy(() -> other.submit(counter::unlock).get())
          .hasCauseInstanceOf(IllegalMonitorStateException.class);
    }
    counter.unlock();
  }

  @Test
  void aThreadThatAwaitsAConditionWakesWithTheLock() throws Exception {
    Condition changed = counter.newCondition();
    runAll(
        Executors.newVirtualThreadPerTaskExecutor(),
        () -> {
          for (int i = 0; i < 200; i++) {
            handOver(changed);
          }
          return null;
        });
    assertThat(counter.count).isEqualTo(THREADS * 200);
    assertThat(counter.full).isEqualTo(THREADS * 200 % 2 == 1);
  }

  /** Waits until all others have had their turn, like threads that wait for room in a queue. */
  private void handOver(Condition changed) throws InterruptedException {
    counter.lock();
    try {
      boolean fills = counter.count % 2 == 0;
      counter.count++;
      while (counter.full == fills) {
        changed.await();
      }
      assertThat(counter.isLockedHere()).isTrue();
      counter.full = fills;
      changed.signalAll();
    } finally {
      counter.unlock();
    }
  }
}
