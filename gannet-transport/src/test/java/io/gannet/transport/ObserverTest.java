package io.gannet.transport;

import static io.gannet.transport.TextCodec.frames;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.testkit.RawPeer;
import io.gannet.transport.CloseReason.Kind;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Events for observers. The tests of rejections and reconnects also check their events. */
class ObserverTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  private final RecordingObserver observer = new RecordingObserver();
  private final RecordingListener<String> listener = fixture.echo();

  static Stream<Dispatch> dispatches() {
    return Stream.of(Dispatch.virtual(), Dispatch.eventLoop(), Dispatch.executor(Runnable::run));
  }

  @ParameterizedTest
  @MethodSource("dispatches")
  void sessionsAndTheirTrafficAreReported(Dispatch dispatch) {
    Server<String> server =
        fixture.start(fixture.server().listener(listener).observer(observer).dispatch(dispatch));
    RawPeer peer = fixture.connect(server);
    byte[] bytes = frames(IntStream.range(0, 100).mapToObj(i -> "text").toArray(String[]::new));

    peer.write(bytes);
    assertThat(peer.readExactly(bytes.length)).isEqualTo(bytes);
    peer.close();
    listener.awaitClose();

    await().until(() -> observer.closed.size() == 1);
    assertThat(observer.opened).isEqualTo(List.of(listener.awaitSession()));
    assertThat(observer.closed.getFirst().kind()).isEqualTo(Kind.PEER_CLOSED);
    assertThat(observer.bytesRead).hasValue(bytes.length);
    assertThat(observer.messagesRead).hasValue(100);
    assertThat(observer.reads.get()).as("once for each read, not for each message").isLessThan(50);
    await().until(() -> observer.bytesWritten.get() == bytes.length);
    assertThat(observer.messagesWritten).hasValue(100);
    await().until(() -> observer.callbacks.get() >= 101);
    assertThat(observer.callbackNanos.get()).isPositive();
  }

  @Test
  void fullQueuesDropsAndPausesAreReported() {
    Gate gate = fixture.gate();
    listener.whenMessage((session, text) -> gate.pass());
    Server<String> server =
        fixture.start(
            fixture
                .server()
                .listener(listener)
                .observer(observer)
                .queuePolicy(QueuePolicy.DROP)
                .outboundQueue(1000, 500)
                .inboundQueue(2, 1000));
    RawPeer peer = fixture.connect(server);
    Session<String> session = listener.awaitSession();

    peer.write(frames("a", "b", "c", "d"));
    await().until(() -> observer.readPaused.get() > 0);
    await()
        .until(() -> {
          session.send("x".repeat(100_000));
          return observer.dropped.get() >= 3;
        });

    assertThat(observer.queueFull.get()).isPositive();
    assertThat((long) observer.dropped.get()).isEqualTo(session.stats().messagesDropped());
  }

  @Test
  void anObserverThatThrowsHasNoEffect() {
    TransportObserver broken =
        new TransportObserver() {
          @Override
          public void sessionOpened(Session<?> session) {
            throw new IllegalStateException("opened");
          }

          @Override
          public void read(Session<?> session, long bytes, int messages) {
            throw new IllegalStateException("read");
          }

          @Override
          public void written(Session<?> session, long bytes, int messages) {
            throw new AssertionError("written");
          }

          @Override
          public void sessionClosed(Session<?> session, CloseReason reason) {
            throw new IllegalStateException("closed");
          }
        };
    Server<String> server =
        fixture.start(fixture.server().listener(listener).observer(broken).observer(observer));
    RawPeer peer = fixture.connect(server);

    for (int i = 0; i < 3; i++) {
      peer.write(frames("x"));
      assertThat(peer.readExactly(5)).isEqualTo(frames("x"));
    }
    peer.close();

    await().until(() -> observer.closed.size() == 1);
    assertThat(observer.messagesRead).hasValue(3);
  }
}
