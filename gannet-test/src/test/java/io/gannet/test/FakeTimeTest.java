package io.gannet.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FakeTimeTest {
  private final FakeTime time = FakeTime.startingAt(0);
  private final List<String> log = new ArrayList<>();

  private void note(String what) {
    log.add(what + "@" + TimeUnit.NANOSECONDS.toMillis(time.nanoTime()));
  }

  @Test
  void nothingRunsUntilTheClockIsMoved() {
    time.schedule(() -> note("a"), 10, TimeUnit.MILLISECONDS);
    time.execute(() -> note("b"));

    assertThat(log).isEmpty();
    assertThat(time.pending()).isEqualTo(2);
    assertThat(time.untilNext()).isEqualTo(Duration.ZERO);

    time.runDue();
    assertThat(log).containsExactly("b@0");
    assertThat(time.untilNext()).isEqualTo(Duration.ofMillis(10));

    time.advance(Duration.ofMillis(9));
    assertThat(log).containsExactly("b@0");
    time.advance(Duration.ofMillis(1));
    assertThat(log).containsExactly("b@0", "a@10");
    assertThat(time.untilNext()).isNull();
  }

  @Test
  void tasksRunInTheOrderOfTheirTimeAndThenOfTheirScheduling() {
    time.schedule(() -> note("c"), 20, TimeUnit.MILLISECONDS);
    time.schedule(() -> note("a"), 10, TimeUnit.MILLISECONDS);
    time.schedule(() -> note("b"), 10, TimeUnit.MILLISECONDS);

    time.advance(Duration.ofMillis(50));

    assertThat(log).containsExactly("a@10", "b@10", "c@20");
    assertThat(time.nanoTime()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(50));
  }

  @Test
  void aTaskSeesItsOwnTimeAndMayScheduleTheNext() {
    time.schedule(
        () -> {
          note("a");
          time.schedule(() -> note("b"), 10, TimeUnit.MILLISECONDS);
          time.schedule(() -> note("late"), 1, TimeUnit.HOURS);
        },
        10,
        TimeUnit.MILLISECONDS);

    time.advance(Duration.ofMillis(30));

    assertThat(log).containsExactly("a@10", "b@20");
    assertThat(time.pending()).isEqualTo(1);
  }

  @Test
  void aFixedRateKeepsItsRateAndAFixedDelayItsDelay() {
    time.scheduleAtFixedRate(() -> note("rate"), 5, 10, TimeUnit.MILLISECONDS);
    time.scheduleWithFixedDelay(() -> note("delay"), 6, 10, TimeUnit.MILLISECONDS);

    time.advance(Duration.ofMillis(30));

    assertThat(log)
        .containsExactly("rate@5", "delay@6", "rate@15", "delay@16", "rate@25", "delay@26");
  }

  @Test
  void aCancelledTaskNeverRuns() {
    ScheduledFuture<?> once = time.schedule(() -> note("a"), 1, TimeUnit.MILLISECONDS);
    ScheduledFuture<?> often =
        time.scheduleAtFixedRate(() -> note("b"), 1, 1, TimeUnit.MILLISECONDS);

    time.advance(Duration.ofMillis(1));
    assertThat(once.cancel(false)).isFalse();
    assertThat(often.cancel(false)).isTrue();
    time.advance(Duration.ofMillis(10));

    assertThat(log).containsExactly("a@1", "b@1");
    assertThat(time.pending()).isZero();
    assertThat(often.isCancelled()).isTrue();
    assertThatThrownBy(often::get).isInstanceOf(CancellationException.class);
  }

  @Test
  void aPeriodicTaskThatThrowsEndsAndTheClockGoesOn() {
    IllegalStateException thrown = new IllegalStateException("boom");
    ScheduledFuture<?> bad =
        time.scheduleAtFixedRate(
            () -> {
              note("bad");
              throw thrown;
            },
            1,
            1,
            TimeUnit.MILLISECONDS);
    time.schedule(() -> note("good"), 3, TimeUnit.MILLISECONDS);

    time.advance(Duration.ofMillis(5));

    assertThat(log).containsExactly("bad@1", "good@3");
    assertThatThrownBy(bad::get).isInstanceOf(ExecutionException.class).hasCause(thrown);
  }

  @Test
  void resultsComeThroughTheFuture() throws Exception {
    ScheduledFuture<String> later = time.schedule(() -> "result", 1, TimeUnit.SECONDS);
    Callable<Integer> answer = () -> 42;
    var submitted = time.submit(answer);

    assertThat(later.getDelay(TimeUnit.MILLISECONDS)).isEqualTo(1000);
    assertThat(later.isDone()).isFalse();
    time.advance(Duration.ofSeconds(1));

    assertThat(later.get()).isEqualTo("result");
    assertThat(submitted.get()).isEqualTo(42);
  }

  @Test
  void theClockMayOverflow() {
    FakeTime late = FakeTime.startingAt(Long.MAX_VALUE - 5);
    AtomicInteger runs = new AtomicInteger();
    late.schedule(runs::incrementAndGet, 10, TimeUnit.NANOSECONDS);
    late.schedule(runs::incrementAndGet, 3, TimeUnit.NANOSECONDS);

    late.advance(Duration.ofNanos(9));
    assertThat(runs).hasValue(1);
    late.advance(Duration.ofNanos(1));
    assertThat(runs).hasValue(2);
    assertThat(late.nanoTime()).isEqualTo(Long.MIN_VALUE + 4);
  }

  @Test
  void aTaskMayAdvanceTheClockItself() {
    time.schedule(
        () -> {
          note("slow");
          time.advance(Duration.ofMillis(70));
          note("done");
        },
        10,
        TimeUnit.MILLISECONDS);
    time.schedule(() -> note("meanwhile"), 20, TimeUnit.MILLISECONDS);

    time.advance(Duration.ofMillis(50));

    assertThat(log).containsExactly("slow@10", "meanwhile@20", "done@80");
    assertThat(time.nanoTime()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(80));
  }

  @Test
  void aPeriodWithoutEndHoldsUpNoOtherTask() {
    time.schedule(() -> note("now"), 0, TimeUnit.MILLISECONDS);
    time.schedule(() -> note("later"), 20, TimeUnit.MILLISECONDS);
    long soon = TimeUnit.MILLISECONDS.toNanos(10);
    time.scheduleAtFixedRate(() -> note("once"), soon, Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    time.scheduleWithFixedDelay(() -> note("also"), soon, Long.MAX_VALUE, TimeUnit.NANOSECONDS);

    time.advance(Duration.ofMillis(50));

    assertThat(log).containsExactly("now@0", "once@10", "also@10", "later@20");
  }

  @Test
  void aTaskThatAdvancesIsStillRunning() throws Exception {
    AtomicBoolean terminated = new AtomicBoolean();
    time.execute(() -> {
      time.advance(Duration.ofMillis(20));
      terminated.set(time.isTerminated());
    });
    time.schedule(() -> note("meanwhile"), 10, TimeUnit.MILLISECONDS);
    time.shutdown();

    time.runDue();

    assertThat(log).containsExactly("meanwhile@10");
    assertThat(terminated).isFalse();
    assertThat(time.isTerminated()).isTrue();
  }

  @Test
  void timeDoesNotGoBack() {
    assertThatThrownBy(() -> time.advance(Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> time.scheduleAtFixedRate(() -> {}, 0, 0, TimeUnit.SECONDS))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aDelayWithoutEndNeverComes() {
    time.schedule(() -> note("never"), Long.MAX_VALUE, TimeUnit.DAYS);
    time.schedule(() -> note("now"), -5, TimeUnit.DAYS);

    time.advance(Duration.ofDays(36500));

    assertThat(log).containsExactly("now@0");
  }

  @Test
  void shutdownKeepsWhatWasScheduledOnceAndRefusesTheRest() throws Exception {
    time.schedule(() -> note("once"), 1, TimeUnit.SECONDS);
    ScheduledFuture<?> often =
        time.scheduleAtFixedRate(() -> note("often"), 1, 1, TimeUnit.SECONDS);

    time.shutdown();

    assertThat(often.isCancelled()).isTrue();
    assertThat(time.isShutdown()).isTrue();
    assertThat(time.isTerminated()).isFalse();
    assertThat(time.awaitTermination(1, TimeUnit.MILLISECONDS)).isFalse();
    assertThatThrownBy(() -> time.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);

    time.advance(Duration.ofSeconds(1));
    assertThat(log).containsExactly("once@1000");
    assertThat(time.isTerminated()).isTrue();
    assertThat(time.awaitTermination(0, TimeUnit.MILLISECONDS)).isTrue();
  }

  @Test
  void shutdownNowAndCloseDropEverything() {
    time.schedule(() -> note("a"), 1, TimeUnit.SECONDS);
    assertThat(time.shutdownNow()).hasSize(1);
    assertThat(time.isTerminated()).isTrue();

    FakeTime other = FakeTime.create();
    ScheduledFuture<?> left = other.schedule(() -> note("b"), 1, TimeUnit.SECONDS);
    other.close();
    other.advance(Duration.ofSeconds(2));

    assertThat(left.isCancelled()).isTrue();
    assertThat(log).isEmpty();
  }

  @Test
  void manyThreadsMaySchedule() throws Exception {
    int threads = 8;
    int each = 500;
    AtomicInteger runs = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(threads);
    for (int i = 0; i < threads; i++) {
      Thread.ofVirtual()
          .start(() -> {
            for (int n = 0; n < each; n++) {
              time.schedule(runs::incrementAndGet, n % 7, TimeUnit.MILLISECONDS);
              if (n % 50 == 0) {
                time.advance(Duration.ofMillis(1));
              }
            }
            done.countDown();
          });
    }
    done.await();
    time.advance(Duration.ofSeconds(1));

    assertThat(runs).hasValue(threads * each);
    assertThat(time.pending()).isZero();
  }
}
