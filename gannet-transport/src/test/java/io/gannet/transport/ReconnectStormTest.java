package io.gannet.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.test.FakeTime;
import io.gannet.test.FaultProxy;
import io.gannet.transport.RecordingObserver.Failure;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many clients of a server that restarts. */
class ReconnectStormTest {

  private static final int CLIENTS = 200;

  @RegisterExtension final Fixture fixture = new Fixture();

  private final FakeTime time = FakeTime.create();
  private final RecordingObserver observer = new RecordingObserver();
  private final RecordingListener<String> atClient = fixture.listener();

  @Test
  void clientsOfARestartedServerReconnectSpreadOverTime() {
    RecordingListener<String> atServer = fixture.listener();
    Server<String> server = fixture.start(fixture.server().listener(atServer));
    FaultProxy proxy = fixture.closing(FaultProxy.to(server.port()));
    TimeSource source = Fixture.timeOf(time);
    EventLoops loop = fixture.closing(EventLoops.create(Io.AUTO, 1));
    for (int i = 0; i < CLIENTS; i++) {
      fixture.start(
          fixture
              .client(proxy.port())
              .listener(atClient)
              .observer(observer)
              .eventLoops(loop)
              .time(source));
    }
    atServer.awaitSessions(CLIENTS);
    time.advance(Duration.ofSeconds(2)); // so that each session counts as a success

    proxy.refuse(true);
    proxy.resetConnections();
    awaitSettled(0);

    // An outage of five minutes. The backoff doubles from 100 ms to 30 s with full jitter, so a
    // client waits 15 s on average from the tenth attempt on.
    for (int i = 0; i < 300; i++) {
      time.advance(Duration.ofSeconds(1));
      awaitSettled(0);
    }
    List<Failure> outage = observer.failures();
    assertThat(outage.size() / CLIENTS).as("attempts of each client").isBetween(18, 38);
    assertThat(outage)
        .allSatisfy(
            failure -> assertThat(failure.nextAttempt()).isLessThan(Duration.ofSeconds(30)));
    assertSpread(outage.stream().filter(failure -> failure.failures() > 10).toList());

    proxy.refuse(false);
    int most = 0;
    for (int i = 0; i < 310; i++) {
      int before = observer.reconnected.size();
      time.advance(Duration.ofMillis(100));
      awaitSettled(1);
      most = Math.max(most, observer.reconnected.size() - before);
    }

    await().until(() -> observer.reconnected.size() == CLIENTS);
    assertThat(most).as("sessions opened within 100 ms").isLessThan(CLIENTS / 10);
  }

  /** Each tenth of the maximum delay contains about a tenth of the attempts. */
  private static void assertSpread(List<Failure> failures) {
    int[] tenths = new int[10];
    for (Failure failure : failures) {
      long millis = Objects.requireNonNull(failure.nextAttempt()).toMillis();
      tenths[(int) (millis / 3000)]++;
    }
    for (int share : tenths) {
      assertThat((double) share / failures.size()).isBetween(0.05, 0.15);
    }
  }

  /**
   * Waits until every client has a session or a scheduled attempt. While there are sessions, the
   * sweep of their loop is scheduled too.
   */
  private void awaitSettled(int sweeps) {
    await()
        .until(() -> {
          int open = observer.reconnected.size();
          return time.pending() == CLIENTS - open + (open > 0 ? sweeps : 0);
        });
  }
}
