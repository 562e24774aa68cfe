package io.gannet.soak.internal.loss;

import io.gannet.cli.internal.process.ChildProcess;
import io.gannet.soak.internal.harness.SoakProcess;
import io.gannet.transport.CloseReason;
import io.gannet.transport.EventLoops;
import io.gannet.transport.StopReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One round: a server process and some clients send to each other in every possible way. Some of
 * the clients stop gracefully at a random moment; every message that their sends have accepted must
 * arrive at the server. Then the server receives a SIGTERM at a random moment, while the other
 * clients continue to send; every message that its sends have accepted must arrive at these
 * clients.
 */
final class Round {

  /** The number of clients that stay until the server stops; the last one is slow. */
  private static final int STAYING = 3;

  /** The number of clients that stop before the server. */
  private static final int LEAVING = 2;

  private static final Duration SLOWNESS = Duration.ofNanos(20_000);
  private static final Duration LONGEST_WAIT = Duration.ofMillis(150);

  private final RandomGenerator random;
  private final EventLoops loops;
  private final Tally tally;

  /**
   * Prepares a round.
   *
   * @param random the source of the moments to stop
   * @param loops the I/O threads of the clients
   * @param tally receives the counts
   */
  Round(RandomGenerator random, EventLoops loops, Tally tally) {
    this.random = random;
    this.loops = loops;
    this.tally = tally;
  }

  void run(List<String> serverArgs) throws InterruptedException, SoakFailedException {
    List<SoakClient> staying = new ArrayList<>();
    List<SoakClient> leaving = new ArrayList<>();
    try (ChildProcess server = start(serverArgs)) {
      int port = Integer.parseInt(server.await("listening"));
      for (int i = 0; i < STAYING + LEAVING; i++) {
        boolean stays = i < STAYING;
        Duration slowness = i == STAYING - 1 ? SLOWNESS : Duration.ZERO;
        (stays ? staying : leaving).add(new SoakClient(i, port, loops, slowness));
      }
      for (SoakClient client : leaving) {
        client.awaitOpen();
      }
      for (SoakClient client : staying) {
        client.awaitOpen();
      }
      for (SoakClient client : leaving) {
        pause();
        leave(client, server);
      }
      pause();
      server.terminate();
      for (SoakClient client : staying) {
        CloseReason reason = client.awaitClosed();
        if (reason.kind() != CloseReason.Kind.PEER_CLOSED) {
          tally.note("client %d ended with %s".formatted(client.id(), reason));
        }
      }
      compare(staying, server.rest());
      int code = server.awaitExit();
      if (code != 0) {
        tally.problem("the server exited with %d".formatted(code));
      }
    } finally {
      staying.forEach(SoakClient::cut);
      leaving.forEach(SoakClient::cut);
    }
  }

  private static ChildProcess start(List<String> serverArgs) {
    List<String> args = new ArrayList<>(List.of("zero-loss-server"));
    args.addAll(serverArgs);
    return SoakProcess.start("the server", args);
  }

  private void pause() {
    LockSupport.parkNanos(random.nextLong(LONGEST_WAIT.toNanos()));
  }

  private void leave(SoakClient client, ChildProcess server)
      throws InterruptedException, SoakFailedException {
    StopReport report = client.stop();
    String[] words = server.await("left " + client.id() + " received").split(" disorder ", 2);
    if (words.length > 1) {
      tally.problem(
          "messages of client %d arrived out of order: %s".formatted(client.id(), words[1]));
    }
    tally.compare(
        "client %d to server".formatted(client.id()),
        report.cut() > 0,
        client.accepted(),
        Streams.decode(words[0]));
  }

  private void compare(List<SoakClient> clients, List<String> report) throws SoakFailedException {
    Map<Long, Streams> sent = new HashMap<>();
    Set<Long> cut = new HashSet<>();
    int reportedCut = 0;
    for (String line : report) {
      String[] words = line.split(" ", 4);
      if (words[0].equals("sent")) {
        Long id = Long.valueOf(words[1]);
        sent.put(id, Streams.decode(words[3]));
        if (words[2].equals("cut")) {
          cut.add(id);
        }
      } else if (words[0].equals("stopped")) {
        reportedCut = Integer.parseInt(words[2]);
      }
    }
    if (cut.size() != reportedCut) {
      tally.problem("%s were cut, and the report says %d".formatted(cut, reportedCut));
    }
    for (SoakClient client : clients) {
      @Nullable Streams accepted = sent.get(client.id());
      if (accepted == null) {
        throw new SoakFailedException(
            "the server has not reported what it sent to client %d: %s"
                .formatted(client.id(), report));
      }
      if (!client.disorder().isEmpty()) {
        tally.problem(
            "messages to client %d arrived out of order: %s"
                .formatted(client.id(), client.disorder()));
      }
      tally.compare(
          "server to client %d".formatted(client.id()),
          cut.contains(client.id()),
          accepted,
          client.received());
    }
  }
}
