package io.gannet.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.transport.StopMode;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Peers that don't read for a while, or never read. */
class SlowPeerTest {

  private static final int LIMIT = 16;
  private static final int LARGE = 1 << 20;

  @RegisterExtension final Fixture fixture = new Fixture();

  /** A type that can't be written as JSON. */
  public static class Unwritable {
    public String getText() {
      throw new IllegalStateException("no text");
    }
  }

  interface Target {
    String large(String text);

    String interruptsItself(String text);

    Unwritable unwritable(String text);
  }

  private final AtomicInteger handled = new AtomicInteger();
  private RpcServer server;
  private WirePeer peer;

  @BeforeEach
  void start() {
    server =
        fixture.start(
            fixture
                .server()
                .maxRunningCallsPerConnection(LIMIT)
                .service(
                    Target.class,
                    new Target() {
                      @Override
                      public String large(String text) {
                        handled.incrementAndGet();
                        return text.repeat(LARGE);
                      }

                      @Override
                      public String interruptsItself(String text) {
                        handled.incrementAndGet();
                        Thread.currentThread().interrupt();
                        return text;
                      }

                      @Override
                      public Unwritable unwritable(String text) {
                        handled.incrementAndGet();
                        return new Unwritable();
                      }
                    }));
    peer = new WirePeer(fixture.connect(server));
    peer.send(WirePeer.HELLO);
    peer.read();
    await().until(() -> !server.peers().isEmpty());
  }

  private static byte[] request(int id, String method) {
    return WirePeer.request(id, "Target/" + method, 1, "\"x\"".getBytes(UTF_8));
  }

  private RpcStats stats() {
    return server.peers().iterator().next().stats();
  }

  /** Makes calls until responses wait for room, and returns the number of calls. */
  private int fillTheQueue() {
    int id = 0;
    while (stats().callsRunning() < LIMIT / 2) {
      assertThat(id).as("calls whose responses nobody reads").isLessThan(100);
      peer.raw().write(request(++id, "large"));
      int count = id;
      await().until(() -> handled.get() == count);
    }
    return id;
  }

  @Test
  void callsWhoseResponsesAreQueuedCountAsRunning() {
    int calls = 500;
    for (int i = 1; i <= calls; i++) {
      peer.raw().write(request(i, "large"));
      int count = i;
      await().until(() -> handled.get() + stats().callsRefused() == count);
    }
    // The capacity of the operating system's buffers and of the queue, and the limit.
    assertThat(handled).hasValueLessThan(200);
    assertThat(stats().callsRefused()).isGreaterThan(calls - 200);
    assertThat(stats().callsRunning()).isGreaterThanOrEqualTo(LIMIT / 2);
    peer.raw().close();
    await().until(() -> server.peers().isEmpty());
  }

  @Test
  void queuedResponsesArriveWhenThePeerReads() {
    int large = fillTheQueue();
    peer.raw().write(request(1001, "unwritable"));
    peer.raw().write(request(1002, "interruptsItself"));
    peer.send("02 00 000003EB 00000000 01 0001 41 0000"); // there is no such method
    await().until(() -> handled.get() == large + 2 && stats().callsRefused() == 1);
    int results = 0;
    StringBuilder others = new StringBuilder();
    for (int i = 0; i < large + 3; i++) {
      String frame = peer.read();
      if (frame.length() > LARGE) {
        results++;
      } else {
        others.append(frame, 4, 14).append(' ');
      }
    }
    assertThat(results).isEqualTo(large);
    assertThat(others.toString().split(" "))
        .containsExactlyInAnyOrder("000003e90d", "000003ea00", "000003eb0c");
  }

  @Test
  void aPeerThatReadsLateReceivesTheGoAway() {
    int large = fillTheQueue();
    server.stop(StopMode.DRAIN);
    boolean told = false;
    for (int i = 0; i <= large; i++) {
      told |= peer.read().startsWith("0a00");
    }
    assertThat(told).isTrue();
    peer.send("0B 00 00000000");
    assertThat(peer.raw().readToEnd()).isEmpty();
  }

  @Test
  void lastCallIsSentEvenIfTheQueueIsFullAtFirst() {
    int large = fillTheQueue();
    peer.send("0A 00 00000000 00 0000");
    boolean told = false;
    for (int i = 0; i <= large; i++) {
      told |= peer.read().startsWith("0b00");
    }
    assertThat(told).isTrue();
  }
}
