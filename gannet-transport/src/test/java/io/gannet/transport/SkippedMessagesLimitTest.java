package io.gannet.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.testkit.RawPeer;
import io.gannet.transport.codec.Codecs;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Skipped messages count towards the limits of waiting messages as others do. */
class SkippedMessagesLimitTest {

  private static final int LIMIT = 100;

  @RegisterExtension final Fixture fixture = new Fixture();

  private final Gate gate = fixture.gate();
  private final CompletableFuture<Session<String>> opened = new CompletableFuture<>();
  private final AtomicInteger skipped = new AtomicInteger();
  private final AtomicInteger others = new AtomicInteger();

  /** Only counts the errors, because recording them would take much memory. */
  private final class Counting implements SessionListener<String> {
    @Override
    public void onOpen(Session<String> session) {
      opened.complete(session);
    }

    @Override
    public void onMessage(Session<String> session, String message) {
      others.incrementAndGet();
    }

    @Override
    public void onError(Session<String> session, Throwable error) {
      gate.pass();
      (error instanceof SkippedMessageException ? skipped : others).incrementAndGet();
    }
  }

  @Test
  void aPeerThatOnlySendsSkippedMessagesIsPaused() {
    byte[] invalid = new byte[300_000];
    Arrays.fill(invalid, (byte) 0xff);
    for (int i = 1; i < invalid.length; i += 2) {
      invalid[i] = '\n';
    }
    RawPeer peer =
        fixture.connect(
            fixture.start(
                Server.tcp("127.0.0.1", 0)
                    .codec(Codecs.lines())
                    .inboundQueue(LIMIT, 1 << 20)
                    .listener(new Counting())));
    Session<String> session = opened.join();
    await().until(() -> session.stats().undispatchedMessages() == 0);

    CompletableFuture<Void> sending =
        CompletableFuture.runAsync(() -> peer.write(invalid), Thread::startVirtualThread);
    gate.awaitReached();
    await().until(() -> session.stats().readPauses() > 0);

    assertThat(session.stats().undispatchedMessages()).isBetween(LIMIT, LIMIT + 3);
    assertThat(skipped).hasValue(0);
    gate.open();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> skipped.get() + others.get() >= invalid.length / 2);
    assertThat(skipped).hasValue(invalid.length / 2);
    assertThat(others).hasValue(0);
    assertThat(sending).succeedsWithin(Fixture.SOON);
    assertThat(session.isOpen()).isTrue();
  }
}
