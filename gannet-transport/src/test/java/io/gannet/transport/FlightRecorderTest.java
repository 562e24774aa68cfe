package io.gannet.transport;

import static io.gannet.transport.Fixture.SOON;
import static io.gannet.transport.TextCodec.frames;
import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.testkit.RawPeer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The events for JDK Flight Recorder. */
class FlightRecorderTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  @Test
  void theLifecycleOfASessionIsRecorded(@TempDir Path dir) throws IOException {
    RecordingObserver observer = new RecordingObserver();
    RecordingListener<String> listener = fixture.echo();
    Path file = dir.resolve("recording.jfr");
    try (Recording recording = new Recording()) {
      List.of("SessionOpened", "SessionClosed", "ConnectionRejected", "ConnectFailed")
          .forEach(event -> recording.enable("io.gannet." + event));
      recording.start();
      Server<String> server =
          fixture.start(
              fixture
                  .server()
                  .name("recorded")
                  .maxSessions(1)
                  .listener(listener)
                  .observer(observer));
      RawPeer peer = fixture.connect(server);
      peer.write(frames("hello"));
      assertThat(peer.readExactly(9)).isEqualTo(frames("hello"));
      fixture.connect(server).expectGone(SOON);
      peer.close();
      listener.awaitClose();
      assertThat(listener.awaitSession().whenClosed().toCompletableFuture()).succeedsWithin(SOON);
      server.stop(StopMode.NOW);
      fixture.start(
          fixture
              .client(server.port())
              .name("lonely")
              .listener(fixture.listener())
              .observer(observer)
              .noReconnect());
      observer.awaitFailures(1);
      recording.stop();
      recording.dump(file);
    }

    List<RecordedEvent> events = RecordingFile.readAllEvents(file);
    RecordedEvent closed = only(events, "SessionClosed");
    assertThat(closed.getString("session")).startsWith("recorded-");
    assertThat(closed.getString("reason")).startsWith("PEER_CLOSED");
    assertThat(closed.getLong("messagesIn")).isEqualTo(1);
    assertThat(closed.getLong("bytesOut")).isEqualTo(9);
    assertThat(closed.getDuration("age")).isBetween(Duration.ZERO, Duration.ofMinutes(1));
    assertThat(only(events, "SessionOpened").getString("peer")).contains("127.0.0.1");
    RecordedEvent rejected = only(events, "ConnectionRejected");
    assertThat(rejected.getString("server")).isEqualTo("recorded");
    assertThat(rejected.getString("reason")).isEqualTo("MAX_SESSIONS");
    RecordedEvent failed = only(events, "ConnectFailed");
    assertThat(failed.getString("client")).isEqualTo("lonely");
    assertThat(failed.getString("cause")).contains("refused");
  }

  private static RecordedEvent only(List<RecordedEvent> events, String name) {
    List<RecordedEvent> found =
        events.stream()
            .filter(event -> event.getEventType().getName().equals("io.gannet." + name))
            .toList();
    assertThat(found).as(name).hasSize(1);
    return found.getFirst();
  }
}
