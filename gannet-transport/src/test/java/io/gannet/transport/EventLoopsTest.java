package io.gannet.transport;

import static io.gannet.transport.Fixture.SOON;
import static io.gannet.transport.TextCodec.frames;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.testkit.RawPeer;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.opentest4j.TestAbortedException;

/** Event loops that the user creates and shares, with each kind of I/O. */
@ParameterizedClass(name = "{0}")
@MethodSource("io.gannet.transport.TransportUnderTest#ios")
class EventLoopsTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  private final Io io;

  EventLoopsTest(Io io) {
    this.io = io;
  }

  private EventLoops loops(int threads) {
    try {
      return fixture.closing(EventLoops.create(io, threads));
    } catch (TransportException e) {
      throw new TestAbortedException(io + " can't be tested here: " + e.getMessage(), e);
    }
  }

  @Test
  void loopsAreSharedAndOutliveTheirEndpoints() {
    EventLoops loops = loops(1);
    for (int i = 0; i < 3; i++) {
      RecordingListener<String> listener = fixture.echo();
      try (Server<String> server = fixture.server().listener(listener).eventLoops(loops).start()) {
        RawPeer peer = fixture.connect(server);
        peer.write(frames("x"));
        assertThat(peer.readExactly(5)).isEqualTo(frames("x"));
        peer.close();
      }
    }
  }

  @Test
  void closingLoopsCutsTheSessionsOnThem() {
    RecordingListener<String> listener = fixture.listener();
    EventLoops loops = loops(2);
    Server<String> server = fixture.start(fixture.server().listener(listener).eventLoops(loops));
    RawPeer peer = fixture.connect(server);
    listener.awaitSession();

    loops.close();

    peer.expectGone(SOON);
    listener.awaitClose();
    assertThatThrownBy(
            () -> fixture.server().listener(fixture.listener()).eventLoops(loops).start())
        .isInstanceOf(TransportException.class);
  }

  @Test
  void closingLoopsThatAreBusyCutsTheSessionsOnThem() {
    Gate gate = fixture.gate();
    RecordingListener<String> listener = fixture.listener().whenCron(session -> gate.pass());
    EventLoops loops = loops(1);
    Server<String> server =
        fixture.start(
            fixture
                .server()
                .listener(listener)
                .eventLoops(loops)
                .dispatch(Dispatch.eventLoop())
                .cron(Duration.ofMillis(10)));
    RawPeer peer = fixture.connect(server);
    gate.awaitReached();

    Thread closing = Thread.ofPlatform().start(loops::close);
    await().until(() -> closing.getState() == Thread.State.TIMED_WAITING);
    gate.open();

    peer.expectGone(SOON);
    listener.awaitClose();
  }

  @Test
  void closingLoopsAlsoEndsLingeringSessions() {
    RecordingListener<String> listener = fixture.listener();
    EventLoops loops = loops(1);
    Server<String> server =
        fixture.start(
            fixture
                .server()
                .listener(listener)
                .eventLoops(loops)
                .socketOptions(SocketOptions.defaults().withLinger(Duration.ofSeconds(1))));
    RawPeer peer = fixture.connect(server);
    listener.awaitSession();

    try (CapturedLog log = new CapturedLog()) {
      loops.close();

      CloseReason reason = listener.awaitClose();
      assertThat(reason.kind()).isEqualTo(CloseReason.Kind.CONNECTION_LOST);
      assertThat(reason.message()).contains("event loops");
      peer.expectGone(SOON);
      // Netty closes lingering sockets here, and would complain that their loop has ended.
      GlobalEventExecutor.INSTANCE.submit(() -> {}).syncUninterruptibly();
      assertThat(log.text()).doesNotContain("invoke task later");
    }
  }
}
