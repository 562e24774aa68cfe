package io.gannet.transport;

import static io.gannet.transport.TextCodec.frames;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.testkit.ChildJvm;
import io.gannet.testkit.RawPeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A process that was suspended while data from its peers waited in its sockets. */
class StandstillTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final Duration PAUSE = Duration.ofSeconds(4);
  private static final int PEERS = 20;

  @RegisterExtension final Fixture fixture = new Fixture();

  private final RecordingListener<String> listener = fixture.listener();
  private final JumpingTime time = new JumpingTime();

  /** A clock that jumps like that of a suspended process: overdue tasks are detected as late. */
  private static final class JumpingTime implements TimeSource {

    private record Scheduled(FutureTask<?> task, ScheduledExecutorService thread, long due) {}

    private final List<Scheduled> all = new ArrayList<>();
    private long now = 4711;

    @Override
    public synchronized long nanoTime() {
      return now;
    }

    @Override
    public synchronized Future<?> schedule(
        Runnable task, Duration delay, ScheduledExecutorService thread) {
      FutureTask<?> future = new FutureTask<>(task, null);
      all.add(new Scheduled(future, thread, now + delay.toNanos()));
      return future;
    }

    /** Advances the clock, and returns the tasks that are due without waiting for them. */
    synchronized List<Future<?>> jump(Duration by) {
      List<Future<?>> due = new ArrayList<>();
      now += by.toNanos();
      for (Scheduled one : List.copyOf(all)) {
        if (one.due - now <= 0) {
          all.remove(one);
          one.thread.execute(one.task);
          due.add(one.task);
        }
      }
      return due;
    }
  }

  static Stream<Io> ios() {
    return TransportUnderTest.ios().stream();
  }

  private Server<String> start(Io io, Gate gate, UnaryOperator<ServerBuilder<String>> setting) {
    listener.whenMessage((session, text) -> {
      if (text.equals("hold")) {
        gate.pass();
      }
    });
    return fixture.start(
        setting.apply(
            fixture
                .server()
                .eventLoops(fixture.closing(EventLoops.create(io, 1)))
                .dispatch(Dispatch.eventLoop())
                .time(time)
                .listener(listener)));
  }

  /** Blocks the server's only loop while peers send and the clock jumps. */
  private List<RawPeer> standStill(Server<String> server, Gate gate, byte[] before, byte[] after) {
    RawPeer holding = fixture.connect(server);
    List<RawPeer> peers = new ArrayList<>();
    for (int i = 0; i < PEERS; i++) {
      RawPeer peer = fixture.connect(server);
      peer.write(before);
      peers.add(peer);
    }
    await()
        .until(() ->
            listener.awaitSessions(PEERS + 1).stream()
                    .mapToLong(session -> session.stats().bytesIn())
                    .sum()
                == (long) PEERS * before.length);
    // Lets the server notice that the peers have not been silent so far.
    List<Future<?>> noticed = time.jump(TIMEOUT.dividedBy(10));
    await().until(() -> noticed.stream().allMatch(Future::isDone));
    holding.write(frames("hold"));
    gate.awaitReached();
    peers.forEach(peer -> peer.write(after));
    time.jump(PAUSE);
    gate.open();
    return peers;
  }

  private void assertStillServed(Server<String> server, int messages) {
    listener.awaitMessages(messages + 1);
    assertThat(listener.messages()).hasSize(messages + 1);
    assertThat(server.sessionCount()).isEqualTo(PEERS + 1);
  }

  @ParameterizedTest
  @MethodSource("ios")
  void afterAStandstillReceivedDataIsReadBeforeTheIdleTimeout(Io io) {
    Gate gate = fixture.gate();
    Server<String> server = start(io, gate, builder -> builder.readIdleTimeout(TIMEOUT));

    standStill(server, gate, frames("x"), frames("y"));

    assertStillServed(server, 2 * PEERS);
    await()
        .until(() -> { // who is really silent is found out as ever
          time.jump(TIMEOUT.dividedBy(10));
          return server.sessionCount() == 0;
        });
  }

  @ParameterizedTest
  @MethodSource("ios")
  void afterAStandstillReceivedDataIsReadBeforeTheHeartbeatTimeout(Io io) {
    Gate gate = fixture.gate();
    Server<String> server =
        start(io, gate, builder -> builder.heartbeat(Duration.ofMillis(500), TIMEOUT, s -> "ping"));

    standStill(server, gate, frames("x"), frames("y"));

    assertStillServed(server, 2 * PEERS);
  }

  @ParameterizedTest
  @MethodSource("ios")
  void afterAStandstillTheRestOfAMessageIsReadBeforeItsTimeout(Io io) {
    Gate gate = fixture.gate();
    Server<String> server = start(io, gate, builder -> builder.incompleteMessageTimeout(TIMEOUT));
    byte[] message = frames("in two parts");

    standStill(
        server, gate, Arrays.copyOf(message, 7), Arrays.copyOfRange(message, 7, message.length));

    assertStillServed(server, PEERS);
  }

  @Test
  void afterAStandstillReceivedDataIsReadBeforeTheHandshakeTimeout() {
    Gate gate = fixture.gate();
    Server<String> server =
        start(
            Io.AUTO,
            gate,
            builder ->
                builder
                    .handshakeTimeout(TIMEOUT)
                    .proxyProtocol(ProxyProtocol.optional(IpFilter.allow("127.0.0.1"))));
    byte[] header = "PROXY TCP4 203.0.113.9 198.51.100.7 4711 443\r\n".getBytes(US_ASCII);
    RawPeer holding = fixture.connect(server);
    RawPeer late = fixture.connect(server);
    late.write(Arrays.copyOf(header, 10));
    holding.write(frames("hold")); // the loop has accepted the other before
    gate.awaitReached();

    late.write(Arrays.copyOfRange(header, 10, header.length));
    late.write(frames("x"));
    time.jump(PAUSE);
    gate.open();

    listener.awaitMessages(2);
  }

  /** An echo server that closes sessions after two seconds of silence. */
  static final class ImpatientServer {
    public static void main(String[] args) throws InterruptedException {
      Server<String> server =
          Server.tcp("127.0.0.1", 0)
              .codec(new TextCodec())
              .readIdleTimeout(Duration.ofSeconds(2))
              .onMessage(Session::send)
              .start();
      System.out.println("port " + server.port());
      Thread.currentThread().join();
    }
  }

  @Test
  void aSuspendedProcessKeepsItsSessions() {
    try (ChildJvm child =
        ChildJvm.of(ImpatientServer.class).jvmOptions("-XX:TieredStopAtLevel=1").start()) {
      int port = Integer.parseInt(child.awaitLine("^port (\\d+)", Fixture.SOON).group(1));
      List<RawPeer> peers = new ArrayList<>();
      for (int i = 0; i < PEERS; i++) {
        peers.add(fixture.closing(RawPeer.connect(port)));
      }
      peers.forEach(peer -> peer.write(frames("x")));
      for (RawPeer peer : peers) {
        assertThat(peer.readExactly(5)).isEqualTo(frames("x"));
      }

      child.freeze();
      peers.forEach(peer -> peer.write(frames("y")));
      await().pollDelay(Duration.ofSeconds(3)).until(() -> true); // a stop takes its time
      child.thaw();

      for (RawPeer peer : peers) {
        assertThat(peer.readExactly(5)).isEqualTo(frames("y"));
      }
    }
  }
}
