package io.gannet.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.transport.codec.Codecs;
import io.gannet.transport.micrometer.TransportMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class TransportMetricsTest {

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void sessionsAndTheirTrafficAreCountedForEachEndpoint() {
    try (Server<String> server =
            Server.tcp("127.0.0.1", 0)
                .codec(Codecs.lines())
                .name("echo")
                .onMessage(Session::send)
                .observer(TransportMetrics.observer(registry))
                .start();
        Client<String> client =
            Client.tcp("127.0.0.1", server.port())
                .codec(Codecs.lines())
                .onMessage((session, text) -> {})
                .start()) {
      client.session().send("hello");

      await().until(() -> count("gannet.messages", "direction", "out") == 1);
      assertThat(count("gannet.messages", "direction", "in")).isEqualTo(1);
      assertThat(count("gannet.bytes", "direction", "in")).isEqualTo(6);
      assertThat(count("gannet.bytes", "direction", "out")).isEqualTo(6);
      assertThat(count("gannet.sessions.opened")).isEqualTo(1);
      assertThat(registry.get("gannet.sessions").gauge().value()).isEqualTo(1);
      assertThat(registry.get("gannet.callbacks").timer().count()).isPositive();
    }
    await().until(() -> count("gannet.sessions.closed", "reason", "peer_closed") == 1);
    assertThat(registry.get("gannet.sessions").gauge().value()).isZero();
  }

  private double count(String name, String... tags) {
    var counter = registry.find(name).tag("endpoint", "echo").tags(tags).counter();
    return counter == null ? 0 : counter.count();
  }
}
