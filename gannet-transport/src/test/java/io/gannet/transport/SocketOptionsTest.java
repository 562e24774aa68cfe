package io.gannet.transport;

import static io.gannet.transport.Fixture.SOON;
import static io.gannet.transport.TextCodec.frames;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gannet.testkit.RawPeer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.opentest4j.TestAbortedException;

/** The options of sockets, over each kind of I/O. */
class SocketOptionsTest {

  private static final SocketOptions EVERYTHING =
      SocketOptions.defaults()
          .withNoDelay(false)
          .withKeepAlive(Duration.ofMinutes(1))
          .withBuffers(64 * 1024, 64 * 1024)
          .withLinger(Duration.ofSeconds(1))
          .withReuseAddress(true)
          .withReusePort(true)
          .withBacklog(10);

  @RegisterExtension final Fixture fixture = new Fixture();

  static Stream<Io> ios() {
    boolean mac = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac");
    return (mac ? List.of(Io.NIO, Io.KQUEUE) : List.of(Io.NIO, Io.EPOLL, Io.IO_URING)).stream();
  }

  private EventLoops loops(Io io) {
    try {
      EventLoops loops = fixture.closing(EventLoops.create(io, 1));
      assertThat(loops.io()).isEqualTo(io);
      assertThat(loops.threads()).isEqualTo(1);
      return loops;
    } catch (TransportException e) {
      throw new TestAbortedException(io + " can't be tested here: " + e.getMessage(), e);
    }
  }

  @ParameterizedTest
  @MethodSource("ios")
  void everyOptionIsAccepted(Io io) {
    RecordingListener<String> atServer = fixture.echo();
    RecordingListener<String> atClient = fixture.listener();
    EventLoops loops = loops(io);
    Server<String> server =
        fixture.start(
            fixture
                .server()
                .listener(atServer)
                .eventLoops(loops)
                .socketOptions(EVERYTHING)
                .setup(setup -> setup.socketOptions(EVERYTHING)));
    Client<String> client =
        fixture.start(
            fixture
                .client(server.port())
                .listener(atClient)
                .eventLoops(loops)
                .socketOptions(EVERYTHING));

    client.session().send("hello");

    assertThat(atClient.awaitMessages(1)).containsExactly("hello");
  }

  @ParameterizedTest
  @MethodSource("ios")
  void lingerOfZeroResetsOnClose(Io io) {
    RecordingListener<String> listener = fixture.listener();
    Server<String> server =
        fixture.start(
            fixture
                .server()
                .listener(listener)
                .eventLoops(loops(io))
                .socketOptions(SocketOptions.defaults().withLinger(Duration.ZERO)));
    RawPeer peer = fixture.connect(server);

    listener.awaitSession().close(StopMode.NOW);

    peer.expectReset(SOON);
  }

  @Test
  void wrongValuesAreRefusedWithTheirNames() {
    assertThatThrownBy(() -> SocketOptions.defaults().withBuffers(-1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("receiveBuffer (-1)");
    assertThatThrownBy(() -> SocketOptions.defaults().withKeepAlive(Duration.ofMillis(10)))
        .hasMessageContaining("keepAlivePeriod");
    assertThatThrownBy(() -> SocketOptions.defaults().withLinger(Duration.ofSeconds(-1)))
        .hasMessageContaining("linger");
    assertThatThrownBy(() -> SocketOptions.defaults().withBacklog(-1))
        .hasMessageContaining("backlog (-1)");
  }

  @Test
  void loopsOfOnesOwnAreSharedAndOutliveTheirEndpoints() {
    EventLoops loops = fixture.closing(EventLoops.create(Io.AUTO, 1));
    assertThat(loops.io()).isNotEqualTo(Io.AUTO);
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
    EventLoops loops = EventLoops.create(Io.AUTO, 1);
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
}
