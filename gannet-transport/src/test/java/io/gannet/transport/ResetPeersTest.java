package io.gannet.transport;

import static io.gannet.transport.TextCodec.frames;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.testkit.RawPeer;
import io.gannet.testkit.ResourceSnapshot;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Peers that reset the connection as soon as it is accepted, so that their address can no longer be
 * read.
 */
class ResetPeersTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  private final RecordingObserver observer = new RecordingObserver();
  private final RecordingListener<String> listener = fixture.listener();

  static Stream<Io> ios() {
    return TransportUnderTest.ios().stream();
  }

  private ServerBuilder<String> server(Io io) {
    return fixture
        .server()
        .eventLoops(fixture.closing(EventLoops.create(io, 1)))
        .listener(listener)
        .observer(observer);
  }

  private static void connectAndReset(Server<?> server, int times, byte[] bytes) {
    for (int i = 0; i < times; i++) {
      RawPeer peer = RawPeer.connect(server.port());
      peer.write(bytes);
      peer.reset();
    }
  }

  @ParameterizedTest
  @MethodSource("ios")
  void aFilteredPeerThatResetsIsStillRejected(Io io) {
    Server<String> server = fixture.start(server(io).ipFilter(IpFilter.deny("127.0.0.0/8")));

    connectAndReset(server, 500, frames("x"));

    observer.awaitRejections(500);
    assertThat(listener.sessions()).isZero();
    assertThat(observer.rejections())
        .extracting(RecordingObserver.Rejection::reason)
        .isSubsetOf(RejectReason.IP_FILTER, RejectReason.GONE);
  }

  @ParameterizedTest
  @MethodSource("ios")
  void anUntrustedPeerThatResetsIsStillNotTrusted(Io io) {
    Server<String> server =
        fixture.start(
            server(io).proxyProtocol(ProxyProtocol.optional(IpFilter.allow("192.0.2.1"))));

    connectAndReset(
        server, 500, "PROXY TCP4 203.0.113.9 198.51.100.7 4711 443\r\n".getBytes(ISO_8859_1));

    await().until(() -> observer.rejections().size() + listener.sessions() == 500);
    await().until(() -> server.sessionCount() == 0);
    assertThat(listener.awaitSessions(0))
        .extracting(session -> ((InetSocketAddress) session.remoteAddress()).getHostString())
        .allMatch("127.0.0.1"::equals);
  }

  @ParameterizedTest
  @MethodSource("ios")
  void connectionsThatAreResetAtOnceAreReleased(Io io) {
    Server<String> server = fixture.start(server(io));
    connectAndReset(server, 10, frames("rehearsal"));
    await().until(() -> observer.rejections().size() + listener.sessions() == 10);
    await().until(() -> server.sessionCount() == 0);
    long before = ResourceSnapshot.take().openFiles();

    connectAndReset(server, 1_000, frames("x"));

    await().until(() -> observer.rejections().size() + listener.sessions() == 1_010);
    await().until(() -> server.sessionCount() == 0);
    await().until(() -> ResourceSnapshot.take().openFiles() <= before + 10);
    if (io != Io.NIO) { // which can't tell
      assertThat(observer.rejections())
          .extracting(RecordingObserver.Rejection::reason)
          .isNotEmpty()
          .containsOnly(RejectReason.GONE);
    }
  }

  @ParameterizedTest
  @MethodSource("ios")
  void aMessageReceivedTogetherWithAResetIsDelivered(Io io) {
    Gate gate = fixture.gate();
    listener.whenMessage((session, text) -> {
      if (text.equals("hold")) {
        gate.pass();
      }
    });
    Server<String> server = fixture.start(server(io).dispatch(Dispatch.eventLoop()));
    RawPeer holding = fixture.connect(server);
    List<RawPeer> peers = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      peers.add(fixture.connect(server));
    }
    listener.awaitSessions(51);
    holding.write(frames("hold"));
    gate.awaitReached();

    for (RawPeer peer : peers) {
      peer.write(frames("x"));
      peer.reset(); // on this machine: the server's kernel has it when this returns
    }
    gate.open();

    await().until(() -> server.sessionCount() == 1);
    assertThat(listener.messages()).hasSize(51);
  }
}
