package io.gannet.transport.internal.loop;

import io.gannet.transport.TimeSource;
import io.netty.channel.DefaultEventLoop;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The cost of one sweep over all sessions of a loop. In the package of the sweeper, which isn't
 * public.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class SweeperBenchmark {

  /** The number of sessions. */
  @Param({"1000", "17000"})
  public int sessions;

  private Runnable sweep;
  private long sum;

  /** Adds the sessions. */
  @Setup
  public void add() {
    Sweeper sweeper = new Sweeper(new DefaultEventLoop(), new Keeper());
    for (int i = 0; i < sessions; i++) {
      sweeper.add(
          new Sweeper.Swept() {
            @Override
            protected void sweep(long now) {
              sum += now;
            }

            @Override
            protected long shortestTimeout() {
              return Long.MAX_VALUE;
            }

            @Override
            protected void discount(long elapsed, long now) {}

            @Override
            protected void loopEnds() {}
          });
    }
  }

  /**
   * Sweeps over all sessions.
   *
   * @return a value that depends on them
   */
  @Benchmark
  public long sweep() {
    sweep.run();
    return sum;
  }

  /** Stores scheduled tasks instead of waiting. */
  private final class Keeper implements TimeSource {
    @Override
    public long nanoTime() {
      return 1;
    }

    @Override
    public Future<?> schedule(Runnable task, Duration delay, ScheduledExecutorService thread) {
      sweep = task;
      return new CompletableFuture<>();
    }
  }
}
