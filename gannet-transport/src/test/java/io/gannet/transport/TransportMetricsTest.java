package io.gannet.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.testkit.RawServer;
import io.gannet.transport.codec.Codecs;
import io.gannet.transport.micrometer.TransportMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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

  @Test
  void allMetersExistFromTheStartWithADescription() {
    try (Server<String> server =
            Server.tcp("127.0.0.1", 0)
                .codec(Codecs.lines())
                .onMessage(Session::send)
                .observer(TransportMetrics.observer(registry))
                .start();
        Client<String> client =
            Client.tcp("127.0.0.1", server.port())
                .codec(Codecs.lines())
                .onMessage((session, text) -> {})
                .start()) {
      assertThat(registry.getMeters())
          .allSatisfy(meter -> {
            assertThat(meter.getId().getDescription()).as(meter.getId().getName()).isNotBlank();
            assertThat(meter.getId().getTag("endpoint")).isEqualTo("tcp-server-127.0.0.1:0");
          });
      for (CloseReason.Kind kind : CloseReason.Kind.values()) {
        assertThat(
                registry.get("gannet.sessions.closed").tag("reason", lower(kind)).counter().count())
            .isZero();
      }
      for (RejectReason reason : RejectReason.values()) {
        assertThat(
                registry
                    .get("gannet.connections.rejected")
                    .tag("reason", lower(reason))
                    .counter()
                    .count())
            .isZero();
      }
      assertThat(registry.get("gannet.accept.failures").counter().count()).isZero();
      assertThat(registry.get("gannet.connect.failures").counter().count()).isZero();
      assertThat(registry.get("gannet.reconnects").counter().count()).isZero();
      assertThat(client.session().isOpen()).isTrue();
    }
  }

  @Test
  void theGuideListsAllMeters() throws IOException {
    Server.tcp("127.0.0.1", 0)
        .codec(Codecs.lines())
        .onMessage(Session::send)
        .observer(TransportMetrics.observer(registry))
        .start()
        .close();
    Path guide = Path.of("../docs/guide.md");
    Set<String> named =
        Pattern.compile("(?m)^\\|.*")
            .matcher(Files.readString(guide))
            .results()
            .flatMap(
                row -> Pattern.compile("`(gannet(?:\\.[a-z]+)+)`").matcher(row.group()).results())
            .map(name -> name.group(1))
            .collect(Collectors.toSet());

    assertThat(named)
        .isEqualTo(
            registry.getMeters().stream()
                .map(meter -> meter.getId().getName())
                .collect(Collectors.toSet()));
  }

  @Test
  void queuedBytesAreAGauge() {
    try (RawServer stalled = RawServer.start(4096);
        Client<String> client =
            Client.tcp("127.0.0.1", stalled.port())
                .codec(Codecs.lines())
                .name("slow")
                .socketOptions(SocketOptions.defaults().withBuffers(4096, 4096))
                .onMessage((session, text) -> {})
                .observer(TransportMetrics.observer(registry))
                .start()) {
      Session<String> session = client.session();
      assertThat(queued()).isZero();

      await()
          .until(() -> {
            while (session.trySend("x".repeat(10_000))) {
              // until the queue is full
            }
            return session.stats().queuedBytes() > 1 << 19;
          });

      assertThat(queued()).isGreaterThan(1 << 19);
      client.stop(StopMode.NOW);
      await().until(() -> queued() == 0);
    }
  }

  private double queued() {
    return registry.get("gannet.queue").gauge().value();
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private double count(String name, String... tags) {
    var counter = registry.find(name).tag("endpoint", "echo").tags(tags).counter();
    return counter == null ? 0 : counter.count();
  }
}
