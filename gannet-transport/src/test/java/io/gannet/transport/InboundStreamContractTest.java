package io.gannet.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A listener that is slower than its peer, so that the peer has to wait. */
class InboundStreamContractTest extends BlockingStreamContract {

  private static final String TEXT = "x".repeat(1000);

  @Test
  void aSlowListenerPausesReadingAndResumesWithoutLoss() {
    int count = 4_000;
    int messages = 100;
    Gate gate = fixture.gate();
    RecordingListener<String> atServer = listener().whenMessage((session, text) -> gate.pass());
    SocketOptions small = SocketOptions.defaults().withBuffers(64 * 1024, 64 * 1024);
    Server<String> server =
        start(server().inboundQueue(messages, 1 << 20).socketOptions(small).listener(atServer));
    RecordingListener<String> atClient = listener();
    start(client(server).socketOptions(small).listener(atClient).noReconnect());
    Session<String> clientSide = atClient.awaitSession();
    Session<String> serverSide = atServer.awaitSession();
    List<String> texts = incompressible(count);

    CompletableFuture<Void> sending =
        CompletableFuture.runAsync(() -> texts.forEach(clientSide::send));
    await().until(() -> serverSide.stats().readPauses() == 1);
    await().until(() -> clientSide.stats().queueFull() > 0);

    // At most one read beyond the limit, about 64 KiB.
    SessionStats stats = serverSide.stats();
    assertThat(stats.undispatchedMessages()).isBetween(messages, messages + 300);
    assertThat(sending).isNotDone();
    gate.open();
    assertThat(sending).succeedsWithin(Fixture.SOON);
    assertThat(atServer.awaitMessages(count)).isEqualTo(texts);
    assertThat(serverSide.stats().readPauses()).isPositive();
    await().until(() -> serverSide.stats().undispatchedMessages() == 0);
  }

  /** Texts that fill all buffers on the way, even if they are compressed. */
  private static List<String> incompressible(int count) {
    Random random = new Random(1);
    return IntStream.range(0, count)
        .mapToObj(i -> {
          byte[] bytes = new byte[750];
          random.nextBytes(bytes);
          return Base64.getEncoder().encodeToString(bytes);
        })
        .toList();
  }

  @Test
  void aPausedSessionCanStillSendAndClose() {
    Gate gate = fixture.gate();
    RecordingListener<String> atServer = listener().whenMessage((session, text) -> gate.pass());
    Pair pair = connect(server().inboundQueue(4, 4096), atServer);
    IntStream.range(0, 100).forEach(i -> pair.clientSide().send(TEXT));
    await().until(() -> pair.serverSide().stats().readPauses() == 1);

    pair.serverSide().send("from outside");
    assertThat(pair.atClient().awaitMessages(1)).containsExactly("from outside");
    pair.serverSide().close(StopMode.NOW);
    pair.atClient().awaitClose();
    gate.open();
    atServer.awaitClose();
    assertThat(atServer.messages()).hasSizeLessThan(100);
  }

  @Test
  void aFewLargeMessagesPauseReadingAsManySmallOnesDo() {
    int limit = 1 << 20;
    int size = 256 * 1024;
    String text = "x".repeat(size - 6);
    List<String> texts = IntStream.range(10, 26).mapToObj(i -> i + text).toList();
    Gate gate = fixture.gate();
    RecordingListener<String> atServer = listener().whenMessage((session, each) -> gate.pass());
    Pair pair = connect(server().inboundQueue(1024, limit), atServer);

    CompletableFuture<Void> sending =
        CompletableFuture.runAsync(() -> texts.forEach(pair.clientSide()::send));
    await().until(() -> pair.serverSide().stats().readPauses() > 0);

    int reads = 4 * 64 * 1024;
    assertThat(pair.serverSide().stats().bytesIn())
        .isBetween((long) limit, (long) limit + size + reads);
    gate.open();
    assertThat(sending).succeedsWithin(Fixture.SOON);
    assertThat(pair.atServer().awaitMessages(texts.size())).isEqualTo(texts);
  }
}
