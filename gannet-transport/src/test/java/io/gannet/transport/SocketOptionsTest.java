package io.gannet.transport;

import static io.gannet.transport.Fixture.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gannet.testkit.RawPeer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.opentest4j.TestAbortedException;

/** The options of sockets, over each kind of I/O. */
class SocketOptionsTest {

  private static final SocketOptions EVERYTHING =
      SocketOptions.defaults()
          .withNagle()
          .withKeepAlive(Duration.ofMinutes(1))
          .withBuffers(64 * 1024, 64 * 1024)
          .withLinger(Duration.ofSeconds(1))
          .withoutReuseAddress()
          .withReusePort()
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
  void optionsThatTheIoLacksAreRefusedAtTheStart(Io io) {
    EventLoops loops = loops(io);
    boolean linux = io == Io.EPOLL || io == Io.IO_URING;
    SocketOptions defaults = SocketOptions.defaults();

    for (SocketOptions options :
        List.of(
            defaults.withUserTimeout(Duration.ofSeconds(10)),
            defaults.withDevice("lo"),
            defaults.withDscp(46))) {
      ServerBuilder<String> builder =
          fixture.server().listener(fixture.echo()).eventLoops(loops).socketOptions(options);
      RecordingListener<String> atClient = fixture.listener();
      int port = 9;
      if (linux || options.dscp() > 0) {
        port = fixture.start(builder).port();
      } else {
        assertThatThrownBy(builder::start)
            .isInstanceOf(TransportException.class)
            .hasMessageContainingAll(io + " does not support the socket option", "Io.EPOLL");
      }
      ClientBuilder<String> client =
          fixture.client(port).listener(atClient).eventLoops(loops).socketOptions(options);
      if (linux || options.dscp() > 0) {
        fixture.start(client).session(SOON).send("hello");
        assertThat(atClient.awaitMessages(1)).containsExactly("hello");
      } else {
        assertThatThrownBy(client::start)
            .isInstanceOf(TransportException.class)
            .hasMessageContaining(io + " does not support the socket option");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "IO_URING"})
  void aDeviceThatIsNotThereIsAFailedAttempt(Io io) {
    Server<String> server = fixture.start(fixture.server().listener(fixture.listener()));
    RecordingObserver observer = new RecordingObserver();
    fixture.start(
        fixture
            .client(server.port())
            .listener(fixture.listener())
            .observer(observer)
            .eventLoops(loops(io))
            .socketOptions(SocketOptions.defaults().withDevice("no-such-device")));

    assertThat(observer.awaitFailures(1).getFirst().cause()).hasMessageContaining("No such device");
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
    assertThatThrownBy(() -> SocketOptions.defaults().withUserTimeout(Duration.ZERO))
        .hasMessageContaining("userTimeout");
    assertThatThrownBy(() -> SocketOptions.defaults().withDscp(64)).hasMessageContaining("dscp");
    assertThatThrownBy(() -> SocketOptions.defaults().withDevice("a-name-of-16-byt"))
        .hasMessageContaining("device");
  }
}
