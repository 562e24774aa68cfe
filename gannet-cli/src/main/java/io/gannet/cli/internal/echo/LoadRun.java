package io.gannet.cli.internal.echo;

import io.gannet.cli.internal.common.CommandFailedException;
import io.gannet.cli.internal.common.ConnectOptions;
import io.gannet.transport.Client;
import io.gannet.transport.ClientBuilder;
import io.gannet.transport.CloseReason;
import io.gannet.transport.Dispatch;
import io.gannet.transport.EventLoops;
import io.gannet.transport.Session;
import io.gannet.transport.SessionStats;
import io.gannet.transport.StopMode;
import io.gannet.transport.TransportObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run of the load client. Opens all connections, starts all of them at the same moment, waits
 * for the last answer, and adds up the results.
 *
 * @param <M> the type of the messages
 */
final class LoadRun<M> {

  private static final int MIN_QUEUE = 1024 * 1024;
  private static final int FRAMING = 64;

  private final LoadPlan plan;
  private final ConnectOptions connect;
  private final EchoFormat<M> format;
  private final Consumer<String> progress;
  private final List<LoadConnection<M>> connections = new ArrayList<>();
  private final Latencies latencies = new Latencies();
  private final LongAdder bytesIn = new LongAdder();
  private final LongAdder bytesOut = new LongAdder();
  private final CountDownLatch finished;

  /** Completes when all connections are open. Fails with the reason if one can't be opened. */
  private final CompletableFuture<Void> ready = new CompletableFuture<>();

  /**
   * Prepares a run.
   *
   * @param plan the plan of the run
   * @param connect how to reach the server
   * @param format the protocol
   * @param progress receives one line per second during the run
   */
  LoadRun(LoadPlan plan, ConnectOptions connect, EchoFormat<M> format, Consumer<String> progress) {
    this.plan = plan;
    this.connect = connect;
    this.format = format;
    this.progress = progress;
    finished = new CountDownLatch(plan.connections());
    AtomicInteger opening = new AtomicInteger(plan.connections());
    LoadConnection.Progress counting =
        new LoadConnection.Progress() {
          @Override
          public void opened() {
            if (opening.decrementAndGet() == 0) {
              ready.complete(null);
            }
          }

          @Override
          public void finished() {
            finished.countDown();
          }
        };
    EchoPayload payload = new EchoPayload(plan.size());
    for (int i = 0; i < plan.connections(); i++) {
      connections.add(new LoadConnection<>(plan, format, payload, latencies, i, counting));
    }
  }

  /**
   * Executes the run.
   *
   * @param loops the I/O threads
   * @return the results
   * @throws CommandFailedException if not all connections could be opened
   */
  LoadReport run(EventLoops loops) throws InterruptedException {
    Client<M> client = start(loops);
    long start;
    long end;
    try {
      awaitReady();
      start = System.nanoTime();
      connections.forEach(connection -> connection.start(start));
      @Nullable Thread pacer = plan.rate() == 0 ? null : startPacer(start);
      watch(start);
      end = System.nanoTime();
      if (pacer != null) {
        pacer.interrupt();
        pacer.join();
      }
    } finally {
      // All answers have arrived, or the run no longer waits for them, so there is nothing to
      // drain. The counters of the sessions are added up as they close.
      client.stop(StopMode.NOW);
      awaitClosed(client);
    }
    return report(end - start);
  }

  /** Ends the run early. Called from any thread. */
  void cancel() {
    ready.completeExceptionally(new CommandFailedException("interrupted before the run started"));
    connections.forEach(LoadConnection::cancel);
  }

  private Client<M> start(EventLoops loops) {
    // Room for a whole window, so that sends on I/O threads never wait.
    long window = (long) plan.inFlight() * (plan.size() + FRAMING);
    int queue = (int) Math.min(Math.max(window, MIN_QUEUE), Integer.MAX_VALUE);
    AtomicInteger next = new AtomicInteger();
    ClientBuilder<M> builder =
        connect
            .connect()
            .codec(format.codec())
            .name("load")
            .connections(plan.connections())
            .listenerPerSession(() -> connections.get(next.getAndIncrement()))
            .dispatch(Dispatch.eventLoop())
            .eventLoops(loops)
            .outboundQueue(queue, queue / 2)
            .noReconnect()
            .observer(new Watching());
    connect.applyTo(builder);
    return builder.start();
  }

  private void awaitReady() throws InterruptedException {
    try {
      ready.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CommandFailedException failed) {
        throw failed;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private Thread startPacer(long start) {
    return Thread.ofPlatform().name("pacer").daemon().start(() -> pace(start));
  }

  /** Wakes the connections whose next message is due. */
  private void pace(long start) {
    long next = 0;
    while (next < plan.count() && finished.getCount() > 0) {
      long now = System.nanoTime();
      long due = plan.dueCount(now - start);
      // If the pace is behind by more than one round, wakes each connection only once.
      long from = Math.max(next, due - plan.connections());
      for (long number = from; number < due; number++) {
        connections.get((int) (number % plan.connections())).pump(now);
      }
      next = Math.max(next, due);
      LockSupport.parkNanos(start + plan.dueNanos(next) - System.nanoTime());
      if (Thread.interrupted()) {
        return;
      }
    }
  }

  /** Waits for the end of the run, and reports progress each second. */
  private void watch(long start) throws InterruptedException {
    long before = 0;
    while (!finished.await(1, TimeUnit.SECONDS)) {
      long now = System.nanoTime();
      connections.forEach(connection -> connection.checkTimeout(now));
      long answered = 0;
      long errors = 0;
      for (LoadConnection<M> connection : connections) {
        LoadConnection.Status status = connection.status();
        answered += status.answered();
        errors += status.mismatched() + status.lost();
      }
      progress.accept(
          "%4d s  %d of %d messages, %d/s, errors %d"
              .formatted(
                  TimeUnit.NANOSECONDS.toSeconds(now - start),
                  answered,
                  plan.count(),
                  answered - before,
                  errors));
      before = answered;
    }
  }

  private void awaitClosed(Client<M> client) throws InterruptedException {
    for (Session<M> session : client.sessions()) {
      try {
        session.whenClosed().toCompletableFuture().get(1, TimeUnit.SECONDS);
      } catch (ExecutionException | TimeoutException e) {
        // Only the byte counters miss this session.
        return;
      }
    }
  }

  private LoadReport report(long nanos) {
    long answered = 0;
    long mismatched = 0;
    long lost = 0;
    long unsent = 0;
    Map<String, Integer> troubles = new HashMap<>();
    for (LoadConnection<M> connection : connections) {
      LoadConnection.Status status = connection.status();
      answered += status.answered();
      mismatched += status.mismatched();
      lost += status.lost();
      unsent += status.unsent();
      if (status.trouble() != null) {
        troubles.merge(status.trouble(), 1, Integer::sum);
      }
    }
    return new LoadReport(
        plan,
        answered,
        mismatched,
        lost,
        unsent,
        nanos,
        bytesOut.sum(),
        bytesIn.sum(),
        latencies.total(),
        troubles);
  }

  /** Notices connections that can't be opened, and counts bytes. */
  private final class Watching implements TransportObserver {

    @Override
    public void connectFailed(
        Client<?> client, Throwable cause, int failures, @Nullable Duration nextAttempt) {
      ready.completeExceptionally(
          new CommandFailedException(
              "can't connect to %s: %s".formatted(connect.address(), describe(cause)), cause));
    }

    @Override
    public void sessionClosed(Session<?> session, CloseReason reason) {
      SessionStats stats = session.stats();
      bytesIn.add(stats.bytesIn());
      bytesOut.add(stats.bytesOut());
      ready.completeExceptionally(
          new CommandFailedException(
              "%s closed a connection at once: %s".formatted(connect.address(), reason)));
    }
  }

  /**
   * {@return the message of an exception, without the name of the system call that Netty prepends
   * and the address that it appends}
   */
  private static String describe(Throwable cause) {
    if (cause.getMessage() == null) {
      return cause.toString();
    }
    return cause
        .getMessage()
        .replaceFirst("^\\w+\\(\\.\\.\\) failed with error\\(-?\\d+\\): ", "")
        .replaceFirst(": \\S*/\\S+$", "");
  }
}
