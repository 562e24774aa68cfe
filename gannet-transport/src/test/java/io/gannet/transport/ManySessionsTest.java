package io.gannet.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.testkit.ResourceSnapshot;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Thousands of sessions release everything when they are closed. */
class ManySessionsTest {

  private static final int WAVE = 500;
  private static final long MIB = 1 << 20;

  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();
  private final AtomicInteger echoed = new AtomicInteger();

  @Test
  @Timeout(120)
  void tenThousandSessionsAreReleasedCompletely() {
    wave(StopMode.DRAIN_AND_WAIT); // what is made once and kept
    ResourceSnapshot before = ResourceSnapshot.take();
    opened.set(0);
    closed.set(0);
    echoed.set(0);

    List<StopMode> modes = List.of(StopMode.values());
    for (int i = 0; i < 20; i++) {
      wave(modes.get(i % modes.size()));
    }

    assertThat(opened).hasValue(2 * 20 * WAVE);
    assertThat(closed).hasValue(2 * 20 * WAVE);
    assertThat(echoed).hasValue(20 * WAVE);
    before.assertNothingLeftOver(8 * MIB, Duration.ofSeconds(20));
  }

  /** Opens the given number of sessions, echoes a message on each, and stops. */
  private void wave(StopMode mode) {
    int openedBefore = opened.get();
    int closedBefore = closed.get();
    int echoedBefore = echoed.get();
    Server<String> server =
        Server.tcp("127.0.0.1", 0).codec(new TextCodec()).listener(listener(true)).start();
    Client<String> client =
        Client.tcp("127.0.0.1", server.port())
            .codec(new TextCodec())
            .listener(listener(false))
            .connections(WAVE)
            .noReconnect()
            .start();
    await().until(() -> client.sessions().size() == WAVE);
    client.broadcast("hello");
    await().until(() -> echoed.get() == echoedBefore + WAVE);
    client.stop(mode);
    server.stop(StopMode.NOW);
    await().until(() -> opened.get() == openedBefore + 2 * WAVE);
    await().until(() -> closed.get() == closedBefore + 2 * WAVE);
  }

  private SessionListener<String> listener(boolean echo) {
    return new SessionListener<>() {
      @Override
      public void onOpen(Session<String> session) {
        opened.incrementAndGet();
      }

      @Override
      public void onMessage(Session<String> session, String text) {
        if (echo) {
          session.send(text);
        } else {
          echoed.incrementAndGet();
        }
      }

      @Override
      public void onClose(Session<String> session, CloseReason reason) {
        closed.incrementAndGet();
      }
    };
  }
}
