package io.gannet.benchmarks.parts;

import io.gannet.transport.Dispatch;
import io.gannet.transport.Session;
import io.gannet.transport.codec.Codecs;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Sends a batch of messages to a server and back, both in this process and on one loop. Shows the
 * cost and the allocations of the dispatch, in addition to the system calls, which are the same.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class RoundTripBenchmark {

  private static final int BATCH = 16;

  /** The threads of the server's callbacks. */
  @Param({"eventLoop", "virtual"})
  public String dispatch;

  private final Semaphore answers = new Semaphore(0);
  private final List<byte[]> batch = new ArrayList<>();
  private Pair<byte[]> pair;
  private Session<byte[]> session;

  /** Starts the server and the client. */
  @Setup
  public void start() {
    for (int i = 0; i < BATCH; i++) {
      batch.add(new byte[64]);
    }
    pair =
        new Pair<>(
            Codecs.lengthPrefixed(),
            dispatch.equals("virtual") ? Dispatch.virtual() : Dispatch.eventLoop(),
            (from, message) -> answers.release());
    session = pair.session();
  }

  /** Stops the server and the client. */
  @TearDown
  public void stop() {
    pair.close();
  }

  /**
   * Sends a batch and waits for the answers.
   *
   * @throws InterruptedException never
   */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void batch() throws InterruptedException {
    session.sendAll(batch);
    answers.acquire(BATCH);
  }
}
