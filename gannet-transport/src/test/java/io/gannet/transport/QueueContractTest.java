package io.gannet.transport;

import static io.gannet.transport.Fixture.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.transport.CloseReason.Kind;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sending to a slow peer: its listener waits at a gate, so that nothing is read. Rows that compress
 * don't apply, because repeated text hardly fills a queue there. Rows of UDP don't apply either,
 * because unread datagrams are lost.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("transports")
class QueueContractTest extends TransportTests {

  static Stream<TransportUnderTest> transports() {
    return TransportUnderTest.all()
        .filter(TransportUnderTest::isUncompressed)
        .filter(TransportUnderTest::isStream);
  }

  private static final int HIGH = 64 * 1024;
  private static final int LOW = 16 * 1024;
  private static final String TEXT = "x".repeat(1000);

  private final Gate gate = new Gate();
  private final RecordingListener<String> atClient =
      new RecordingListener<String>().whenMessage((session, message) -> gate.pass());

  /** A server's session whose peer reads a few messages, and no more until the gate opens. */
  private Session<String> slow(ServerBuilder<String> builder) {
    return slow(builder, listener());
  }

  private Session<String> slow(ServerBuilder<String> builder, RecordingListener<String> atServer) {
    SocketOptions small = SocketOptions.defaults().withBuffers(8 * 1024, 8 * 1024);
    Server<String> server =
        start(builder.listener(atServer).outboundQueue(HIGH, LOW).socketOptions(small));
    start(
        client(server)
            .listener(atClient)
            .noReconnect()
            .dispatch(Dispatch.virtual())
            .inboundQueue(4, 4096)
            .socketOptions(small));
    fixture.closing(gate);
    return atServer.awaitSession();
  }

  /**
   * Sends until the queue is full, and returns the number of accepted messages. The operating
   * system still takes messages out of the queue after the peer has stopped reading, so the queue
   * counts as full only once it has been full for a number of checks. A number of checks is safer
   * than a time: if the machine stalls, nothing leaves the queue either.
   */
  private int fill(Session<String> session) {
    int[] accepted = {0};
    int[] looks = {0};
    await()
        .pollInterval(Duration.ofMillis(2))
        .until(() -> {
          int before = accepted[0];
          while (session.trySend(TEXT)) {
            accepted[0]++;
          }
          boolean taken = accepted[0] > before || atClient.awaitSession().stats().readPauses() == 0;
          looks[0] = taken ? 0 : looks[0] + 1;
          return looks[0] == 10;
        });
    return accepted[0];
  }

  @Test
  void trySendFailsOnAFullQueueAndSucceedsOnceItHasEmptied() {
    Session<String> session = slow(server());

    int accepted = fill(session);
    assertThat(session.trySend(TEXT)).isFalse();
    SessionStats stats = session.stats();
    assertThat(stats.queuedBytes()).isBetween((long) LOW, (long) HIGH + 2000);
    assertThat(stats.queueFull()).isPositive();
    assertThat(stats.messagesOut()).isEqualTo(accepted);

    gate.open();
    await().until(() -> session.trySend("last"));
    List<String> got = atClient.awaitMessages(accepted + 1);
    assertThat(got).hasSize(accepted + 1).endsWith("last");
    assertThat(got.subList(0, accepted)).containsOnly(TEXT);
  }

  @Test
  void theFailPolicyThrows() {
    Session<String> session = slow(server().queuePolicy(QueuePolicy.FAIL));
    fill(session);

    assertThatThrownBy(() -> session.send(TEXT))
        .isInstanceOf(QueueFullException.class)
        .hasMessageContaining(session.name())
        .hasMessageContaining("outboundQueue")
        .hasMessageContaining("65,536");
    assertThatThrownBy(() -> session.sendAll(List.of(TEXT, TEXT)))
        .isInstanceOf(QueueFullException.class);
    assertThat(session.sendAsync(TEXT))
        .failsWithin(SOON)
        .withThrowableThat()
        .withCauseInstanceOf(QueueFullException.class);
    assertThat(session.isOpen()).isTrue();
  }

  @Test
  void theDropPolicyDropsAndCounts() {
    Session<String> session = slow(server().queuePolicy(QueuePolicy.DROP));
    int accepted = fill(session);

    session.send("dropped 1");
    session.sendAll(List.of("dropped 2", "dropped 3"));
    assertThat(session.sendAsync("dropped 4"))
        .failsWithin(SOON)
        .withThrowableThat()
        .withCauseInstanceOf(QueueFullException.class);

    assertThat(session.stats().messagesDropped()).isEqualTo(4);
    gate.open();
    await().until(() -> session.trySend("last"));
    assertThat(atClient.awaitMessages(accepted + 1)).endsWith("last").doesNotContain("dropped 1");
  }

  @Test
  void theClosePolicyClosesTheSessionAndThrows() {
    RecordingListener<String> atServer = listener();
    Session<String> session = slow(server().queuePolicy(QueuePolicy.CLOSE), atServer);
    fill(session);

    assertThatThrownBy(() -> session.send(TEXT)).isInstanceOf(QueueFullException.class);

    assertThat(session.isOpen()).isFalse();
    CloseReason reason = atServer.awaitClose();
    assertThat(reason.kind()).isEqualTo(Kind.QUEUE_FULL);
    assertThat(reason.message()).contains("outboundQueue");
    gate.open();
    atClient.awaitClose();
  }

  @Test
  void theBlockPolicyWaitsForRoom() throws Exception {
    Session<String> session = slow(server());
    int accepted = fill(session);

    CompletableFuture<Void> send = CompletableFuture.runAsync(() -> session.send("waited 1"));
    CompletableFuture<Void> batch =
        CompletableFuture.runAsync(() -> session.sendAll(List.of("waited 2", "waited 2")));
    assertThatThrownBy(() -> send.get(50, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    assertThat(batch).isNotDone();

    gate.open();
    assertThat(send).succeedsWithin(SOON);
    assertThat(batch).succeedsWithin(SOON);
    assertThat(atClient.awaitMessages(accepted + 3))
        .contains("waited 1")
        .containsSequence("waited 2", "waited 2");
  }

  @Test
  void theBlockPolicyFailsAfterTheWriteTimeout() {
    Session<String> session = slow(server().writeTimeout(Duration.ofMillis(50)));
    fill(session);

    assertThatThrownBy(() -> session.send(TEXT))
        .isInstanceOf(SendTimeoutException.class)
        .hasMessageContaining(session.name())
        .hasMessageContaining("writeTimeout");
    assertThatThrownBy(() -> session.sendAll(List.of(TEXT)))
        .isInstanceOf(SendTimeoutException.class);
    assertThat(session.sendAsync(TEXT))
        .failsWithin(SOON)
        .withThrowableThat()
        .withCauseInstanceOf(SendTimeoutException.class);
    assertThat(session.isOpen()).isTrue();
  }

  @Test
  void aTimeoutOfTheSendOverridesThePolicy() {
    Session<String> session = slow(server().queuePolicy(QueuePolicy.DROP));
    fill(session);

    assertThatThrownBy(() -> session.send(TEXT, Duration.ofMillis(30)))
        .isInstanceOf(SendTimeoutException.class)
        .hasMessageContaining(session.name());
    assertThatThrownBy(() -> session.send(TEXT, Duration.ZERO))
        .isInstanceOf(SendTimeoutException.class);
    CompletableFuture<Void> send =
        CompletableFuture.runAsync(() -> session.send("waited", Duration.ofMinutes(1)));
    gate.open();

    assertThat(send).succeedsWithin(SOON);
    await().until(() -> atClient.messages().contains("waited"));
    assertThat(session.stats().messagesDropped()).isZero();
  }

  @Test
  void anInterruptedSendFailsAndSendsNothing() throws InterruptedException {
    Session<String> session = slow(server());
    int accepted = fill(session);
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    Thread sender =
        Thread.ofPlatform()
            .start(() -> {
              try {
                session.send("interrupted");
              } catch (TransportException e) {
                failure.complete(Thread.currentThread().isInterrupted() ? e : null);
              }
            });

    sender.interrupt();
    sender.join();

    assertThat(failure)
        .succeedsWithin(SOON)
        .satisfies(e -> assertThat(e).hasCauseInstanceOf(InterruptedException.class));
    gate.open();
    await().until(() -> session.trySend("last"));
    assertThat(atClient.awaitMessages(accepted + 1)).doesNotContain("interrupted");
  }

  @Test
  void theBlockPolicyFailsAtOnceOnAnEventLoop() {
    RecordingListener<String> atServer = listener();
    atServer.whenCron(session -> {
      for (int i = 0; i < 10_000; i++) {
        session.send(TEXT);
      }
    });
    slow(server().dispatch(Dispatch.eventLoop()).cron(Duration.ofMillis(10)), atServer);

    assertThat(atServer.awaitError())
        .isInstanceOf(QueueFullException.class)
        .isNotInstanceOf(SendTimeoutException.class)
        .hasMessageContaining("I/O thread");
  }

  @Test
  void closingFailsWaitingSends() {
    Session<String> session = slow(server());
    fill(session);
    List<CompletableFuture<Void>> waiting = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      waiting.add(CompletableFuture.runAsync(() -> session.send(TEXT), Thread::startVirtualThread));
    }
    CompletableFuture<Void> async =
        CompletableFuture.supplyAsync(() -> session.sendAsync(TEXT), Thread::startVirtualThread)
            .thenCompose(stage -> stage);

    session.close(StopMode.NOW);

    for (CompletableFuture<Void> send : waiting) {
      assertThatThrownBy(() -> send.get(10, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(SessionClosedException.class);
    }
    assertThat(async)
        .failsWithin(SOON)
        .withThrowableThat()
        .withCauseInstanceOf(SessionClosedException.class);
  }

  @Test
  void acknowledgementsOfUnwrittenMessagesFail() {
    Session<String> session = slow(server());
    List<CompletableFuture<Void>> sent = new ArrayList<>();
    while (session.stats().queuedBytes() < HIGH) {
      sent.add(session.sendAsync(TEXT).toCompletableFuture());
    }

    session.close(StopMode.NOW);

    assertThat(sent.getLast())
        .failsWithin(SOON)
        .withThrowableThat()
        .withCauseInstanceOf(SessionClosedException.class);
    await().until(() -> sent.stream().allMatch(CompletableFuture::isDone));
  }

  @Test
  void aFullQueueRefusesEncodedMessagesAtOnce() {
    Session<String> session = slow(server());
    ByteBuffer bytes = ByteBuffer.wrap(TextCodec.frames("bytes"));
    Encoded<String> encoded = Encoded.of(new TextCodec(), "encoded");
    int filled = fill(session);

    assertThat(session.trySendEncoded(bytes)).isFalse();
    assertThat(bytes.position()).isZero();
    assertThat(session.trySendEncoded(encoded)).isFalse();
    assertThat(session.endpoint().broadcastEncoded(encoded)).isZero();

    gate.open();
    await().untilAsserted(() -> assertThat(session.trySendEncoded(bytes)).isTrue());
    assertThat(bytes.hasRemaining()).isFalse();
    assertThat(session.trySendEncoded(encoded)).isTrue();
    assertThat(atClient.awaitMessages(filled + 2)).endsWith("bytes", "encoded");
  }

  @Test
  void aBatchLargerThanTheQueueIsRefusedWhole() {
    Session<String> session = slow(server().queuePolicy(QueuePolicy.FAIL));

    assertThatThrownBy(() -> session.sendAll(java.util.Collections.nCopies(100, TEXT)))
        .isInstanceOf(QueueFullException.class)
        .hasMessageContaining("outboundQueue");
    session.send("alone");
    assertThat(atClient.awaitMessages(1)).containsExactly("alone");
  }

  @Test
  void aBroadcastSkipsSessionsWithAFullQueue() {
    RecordingListener<String> atServer = listener();
    Session<String> slow = slow(server(), atServer);
    RecordingListener<String> quick = listener();
    start(client((Server<?>) slow.endpoint()).listener(quick));
    atServer.awaitSessions(2);
    fill(slow);

    assertThat(slow.endpoint().broadcast("to all")).isEqualTo(1);

    assertThat(quick.awaitMessages(1)).containsExactly("to all");
    assertThat(slow.isOpen()).isTrue();
  }
}
