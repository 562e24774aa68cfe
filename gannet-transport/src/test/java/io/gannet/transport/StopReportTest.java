package io.gannet.transport;

import static io.gannet.transport.Fixture.SOON;
import static io.gannet.transport.TextCodec.frames;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.gannet.testkit.RawPeer;
import io.gannet.transport.CloseReason.Kind;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Collections;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reports of sessions whose peers may not have received everything. */
class StopReportTest {

  private static final Duration SHORT = Duration.ofMillis(300);

  @RegisterExtension final Fixture fixture = new Fixture();

  private final RecordingListener<String> listener = fixture.listener();

  private ServerBuilder<String> server(Io io) {
    return fixture
        .server()
        .listener(listener)
        .eventLoops(fixture.closing(EventLoops.create(io, 1)))
        .socketOptions(SocketOptions.defaults().withBuffers(0, 256 * 1024));
  }

  /** Sends more than the peer reads, and waits until the operating system has accepted it. */
  private Session<String> sendMuch() {
    Session<String> session = listener.awaitSession();
    session.send("x".repeat(150_000));
    await().until(() -> session.stats().queuedBytes() == 0);
    return session;
  }

  @ParameterizedTest
  @MethodSource("io.gannet.transport.TransportUnderTest#ios")
  void aPeerThatHasNotReadEverythingWhenTheGraceEndsIsCut(Io io) {
    Server<String> server = fixture.start(server(io));
    RawPeer peer = fixture.closing(RawPeer.connect(server.port(), 4096));
    sendMuch();
    peer.write(frames("meanwhile"));

    StopReport report = server.stop(StopMode.DRAIN_AND_WAIT, SHORT);

    assertThat(report.cut()).isEqualTo(1);
    assertThat(report.drained()).isZero();
    assertThat(report.unsentBytes()).isZero();
    CloseReason reason = listener.awaitClose();
    assertThat(reason.kind()).isEqualTo(Kind.DRAIN_TIMEOUT);
    assertThat(reason.message()).contains("drainGrace", "may be lost");
  }

  @ParameterizedTest
  @MethodSource("io.gannet.transport.TransportUnderTest#ios")
  void aPeerThatWasCutStillReceivesTheWrittenDataUnlessItSends(Io io) {
    Server<String> server = fixture.start(server(io));
    RawPeer peer = fixture.closing(RawPeer.connect(server.port(), 4096));
    Session<String> session = sendMuch();

    StopReport report = server.stop(StopMode.DRAIN_AND_WAIT, SHORT);

    assertThat(report.cut()).isEqualTo(1);
    assertThat(session.isOpen()).isFalse();
    assertThat(peer.readToEnd()).isEqualTo(frames("x".repeat(150_000)));
  }

  @ParameterizedTest
  @MethodSource("io.gannet.transport.TransportUnderTest#ios")
  void aPeerThatResetsInsteadOfEndingItsSideIsCut(Io io) {
    Server<String> server = fixture.start(server(io));
    RawPeer peer = fixture.connect(server);
    listener.awaitSession();
    server.stop(StopMode.DRAIN);
    peer.expectEnd(SOON);

    peer.reset();

    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.STOPPED);
    assertThat(server.stop(StopMode.DRAIN_AND_WAIT).cut()).isEqualTo(1);
  }

  @Test
  void aSessionThatStillLingersWhenTheStopIsCutShortCountsAsCut() {
    Server<String> server = fixture.start(fixture.server().listener(listener));
    RawPeer peer = fixture.connect(server);
    listener.awaitSession();
    server.stop(StopMode.DRAIN);
    peer.expectEnd(SOON);

    assertThat(server.stop(StopMode.NOW).cut()).isEqualTo(1);
  }

  @Test
  void aPeerThatEndedItsSideBeforeIsDrained() {
    Server<String> server = fixture.start(fixture.server().listener(listener));
    Gate gate = fixture.gate();
    listener.whenMessage((session, text) -> gate.pass());
    RawPeer peer = fixture.connect(server);
    peer.write(frames("last"));
    gate.awaitReached();
    peer.shutdownOutput();
    Session<String> session = listener.awaitSession();
    await().until(() -> !session.isOpen());
    server.stop(StopMode.DRAIN);
    gate.open();

    StopReport report = server.stop(StopMode.DRAIN_AND_WAIT);

    assertThat(report.cut()).isZero();
    assertThat(report.drained()).isEqualTo(1);
  }

  @Test
  void aPeerThatEndsTcpWithoutTheFarewellOfTlsIsDrained() throws Exception {
    Server<String> server =
        fixture.start(fixture.server().listener(listener).tls(Certificates.serverTls()));
    try (Socket raw = new Socket(InetAddress.getLoopbackAddress(), server.port());
        SSLSocket socket = Certificates.encrypt(raw)) {
      listener.awaitSession().send("bye");
      server.stop(StopMode.DRAIN);
      assertThat(socket.getInputStream().readAllBytes()).isEqualTo(frames("bye"));

      raw.shutdownOutput();

      assertThat(listener.awaitClose().kind()).isEqualTo(Kind.STOPPED);
    }
    StopReport report = server.stop(StopMode.DRAIN_AND_WAIT);
    assertThat(report.cut()).isZero();
    assertThat(report.drained()).isEqualTo(1);
  }

  /** Only epoll reports a reset while reading is paused. */
  @Test
  void aSessionThatWasLostWhileReadingWasPausedIsInTheReport() {
    assumeThat(TransportUnderTest.ios()).contains(Io.EPOLL);
    Gate gate = fixture.gate();
    listener.whenMessage((session, text) -> gate.pass());
    Server<String> server =
        fixture.start(
            fixture
                .server()
                .listener(listener)
                .eventLoops(fixture.closing(EventLoops.create(Io.EPOLL, 1)))
                .socketOptions(SocketOptions.defaults().withBuffers(1 << 20, 0)));
    RawPeer peer = fixture.connect(server);
    peer.write(frames(Collections.nCopies(5_000, "x").toArray(String[]::new)));
    Session<String> session = listener.awaitSession();
    await().until(() -> session.stats().readPauses() > 0);
    peer.reset();
    await().until(() -> !session.isOpen());

    StopReport report = server.stop(StopMode.DRAIN_AND_WAIT, SHORT);

    assertThat(report.drained() + report.cut() + report.stillRunning()).isEqualTo(1);
    assertThat(report.drained()).isZero();
    gate.open();
    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.CONNECTION_LOST);
    assertThat(server.stop(StopMode.DRAIN_AND_WAIT).cut()).isEqualTo(1);
  }
}
