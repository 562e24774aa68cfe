package io.gannet.cli.internal.demo;

import io.gannet.examples.chat.ChatServer;
import io.gannet.transport.CloseReason;
import io.gannet.transport.Server;
import io.gannet.transport.Session;
import io.gannet.transport.StopMode;
import io.gannet.transport.StopReport;
import io.gannet.transport.TransportObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A chat whose server is stopped gracefully while all members talk, and is restarted on the same
 * port. The members reconnect automatically and continue.
 */
final class ChatDemo {

  private static final String HOST = "127.0.0.1";
  private static final List<String> NAMES = List.of("ann", "bob", "cara", "dan", "eve");

  /** The number of lines of each member that must return before the next scene. */
  private static final int LINES = 2000;

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Timeline timeline;
  private final List<Talker> talkers = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final LongAdder accepted = new LongAdder();

  ChatDemo(Timeline timeline) {
    this.timeline = timeline;
  }

  void run() throws DemoFailedException, InterruptedException {
    timeline.line("A chat whose server restarts; the members reconnect.");
    timeline.line("");
    Server<String> server = startServer(0);
    try {
      for (String name : NAMES) {
        talkers.add(new Talker(name, HOST, server.port(), timeline));
      }
      for (Talker talker : talkers) {
        threads.add(Thread.ofVirtual().start(() -> talk(talker)));
      }
      awaitLines("before the restart");
      server = restart(server);
      awaitLines("after the restart");
      end(server);
    } finally {
      talkers.forEach(Talker::stop);
      threads.forEach(Thread::interrupt);
      server.stop(StopMode.NOW);
    }
    totals();
  }

  private Server<String> startServer(int port) {
    Server<String> server = ChatServer.builder(HOST, port).observer(new Counting()).start();
    timeline.event("server", "listening on tcp://%s:%d".formatted(HOST, server.port()));
    return server;
  }

  private static void talk(Talker talker) {
    try {
      talker.talk();
    } catch (InterruptedException e) {
      // The demo is over.
    }
  }

  private Server<String> restart(Server<String> server)
      throws DemoFailedException, InterruptedException {
    stop(server, "while all members talk");
    for (Talker talker : talkers) {
      check(
          talker.refused().await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS),
          "%s did not try to reconnect".formatted(talker.name()));
    }
    timeline.event("server", "is down; all members have failed to connect");
    return startServer(server.port());
  }

  private void stop(Server<String> server, String when)
      throws DemoFailedException, InterruptedException {
    timeline.event("server", "stops gracefully %s".formatted(when));
    StopReport report = server.stop(StopMode.DRAIN_AND_WAIT);
    timeline.event(
        "server",
        "stopped after %d ms: %d sessions drained, %d aborted, %d bytes unsent"
            .formatted(
                report.elapsed().toMillis(), report.drained(), report.cut(), report.unsentBytes()));
    check(report.cut() == 0, "%d sessions were aborted".formatted(report.cut()));
    check(report.unsentBytes() == 0, "%d bytes were not sent".formatted(report.unsentBytes()));
    for (Talker talker : talkers) {
      check(
          talker.closed().tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS),
          "%s did not notice that the server had stopped".formatted(talker.name()));
    }
  }

  private void awaitLines(String when) throws DemoFailedException {
    List<Integer> before = talkers.stream().map(Talker::confirmed).toList();
    for (int i = 0; i < talkers.size(); i++) {
      Talker talker = talkers.get(i);
      int enough = before.get(i) + LINES;
      check(
          await(() -> talker.confirmed() >= enough),
          "%s received only %d of its lines %s"
              .formatted(talker.name(), talker.confirmed() - before.get(i), when));
    }
    timeline.event("all", "%d lines sent and returned".formatted(confirmed()));
  }

  private void end(Server<String> server) throws DemoFailedException, InterruptedException {
    talkers.forEach(Talker::beQuiet);
    for (Talker talker : talkers) {
      check(
          await(() -> talker.unconfirmed() == 0),
          "%d lines of %s did not return".formatted(talker.unconfirmed(), talker.name()));
    }
    timeline.event("all", "all members are quiet, every line has returned");
    // The server stops first: a member that leaves first would miss the last messages about members
    // that leave.
    stop(server, "finally");
  }

  private void totals() throws DemoFailedException {
    long heard = talkers.stream().mapToLong(Talker::heard).sum();
    int reconnects = talkers.stream().mapToInt(Talker::reconnects).sum();
    long lost = accepted.sum() - heard;
    timeline.line("");
    timeline.line("members        %d".formatted(talkers.size()));
    timeline.line(
        "lines said     %d, %d of them repeated after the restart"
            .formatted(confirmed(), repeated()));
    timeline.line("lines sent     %d, accepted by the server's sends".formatted(accepted.sum()));
    timeline.line("lines received %d by the members".formatted(heard));
    timeline.line("lost           %d".formatted(lost));
    timeline.line("reconnects     %d".formatted(reconnects));
    check(lost == 0, "%d lines that the server sent did not arrive".formatted(lost));
    check(
        talkers.stream().allMatch(talker -> talker.reconnects() == 1),
        "%d reconnects instead of one per member".formatted(reconnects));
  }

  private long confirmed() {
    return talkers.stream().mapToLong(Talker::confirmed).sum();
  }

  private int repeated() {
    return talkers.stream().mapToInt(Talker::repeated).sum();
  }

  private static boolean await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
    return true;
  }

  private static void check(boolean ok, String problem) throws DemoFailedException {
    if (!ok) {
      throw new DemoFailedException(problem);
    }
  }

  /** Adds up the lines that the server's sends have accepted. */
  private final class Counting implements TransportObserver {

    @Override
    public void sessionClosed(Session<?> session, CloseReason reason) {
      accepted.add(session.stats().messagesOut());
    }
  }
}
