package io.gannet.transport;

import static io.gannet.transport.Fixture.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gannet.testkit.RawPeer;
import java.time.Duration;
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
  @MethodSource("io.gannet.transport.TransportUnderTest#ios")
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
  @MethodSource("io.gannet.transport.TransportUnderTest#ios")
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
}
