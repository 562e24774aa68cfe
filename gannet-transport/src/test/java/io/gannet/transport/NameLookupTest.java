package io.gannet.transport;

import static io.gannet.transport.Fixture.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A name service that doesn't answer. */
class NameLookupTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  private final CountDownLatch answer = new CountDownLatch(1);
  private final RecordingObserver observer = new RecordingObserver();

  @AfterEach
  void answer() {
    answer.countDown();
  }

  private Client<String> start(ClientBuilder<String> builder) {
    return fixture.start(builder.listener(fixture.listener()));
  }

  private ClientBuilder<String> client(String host, int port) {
    return Client.tcp(host, port)
        .codec(new TextCodec())
        .reconnect(Backoff.fixed(Duration.ofMillis(20)));
  }

  @Test
  void lookupsThatHangDoNotDelayOthers() {
    Server<String> server = fixture.start(fixture.server().listener(fixture.listener()));
    for (int i = 0; i < 10; i++) {
      start(client(TestNames.hanging(answer), server.port()));
    }

    Client<String> named = start(client(TestNames.of("127.0.0.1"), server.port()));
    Client<String> literal = start(client("127.0.0.1", server.port()));

    assertThat(named.session(SOON).isOpen()).isTrue();
    assertThat(literal.session(SOON).isOpen()).isTrue();
  }

  @Test
  void aLookupIsBoundedByTheConnectTimeoutAndNotRepeatedWhileItHangs() {
    String name = TestNames.hanging(answer);
    start(client(name, 9).connectTimeout(Duration.ofMillis(100)).connections(3).observer(observer));

    assertThat(observer.awaitFailures(6))
        .allSatisfy(failure ->
            assertThat(failure.cause())
                .hasMessageContainingAll(name, "was not resolved within 100 ms", "connectTimeout"));
    assertThat(TestNames.asked(name)).isEqualTo(1);
  }

  @Test
  void aFailedLookupIsRepeated() {
    String name = TestNames.hanging(answer);
    start(client(name, 9).connectTimeout(Duration.ofMillis(100)).observer(observer));
    observer.awaitFailures(1);

    answer.countDown();

    await()
        .untilAsserted(() ->
            assertThat(observer.failures().getLast().cause())
                .hasMessage("the name %s is unknown".formatted(name)));
  }
}
