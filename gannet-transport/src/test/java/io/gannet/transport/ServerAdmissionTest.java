package io.gannet.transport;

import static io.gannet.transport.Fixture.SOON;
import static io.gannet.transport.TextCodec.frames;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.test.FakeTime;
import io.gannet.testkit.RawPeer;
import io.gannet.transport.RecordingObserver.Rejection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The connections that a server accepts. */
class ServerAdmissionTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  private final RecordingObserver observer = new RecordingObserver();
  private final RecordingListener<String> listener = fixture.echo();

  private Server<String> start(ServerBuilder<String> builder) {
    return fixture.start(builder.listener(listener).observer(observer));
  }

  private void expectServed(RawPeer peer) {
    peer.write(frames("x"));
    assertThat(peer.readExactly(5)).isEqualTo(frames("x"));
  }

  @Test
  void sessionsAboveTheLimitAreRejectedAndCounted() {
    Server<String> server = start(fixture.server().maxSessions(3));
    List<RawPeer> peers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      peers.add(fixture.connect(server));
    }
    listener.awaitSessions(3);

    RawPeer fourth = fixture.connect(server);
    fourth.expectGone(SOON);

    assertThat(observer.awaitRejections(1))
        .containsExactly(new Rejection(fourth.localAddress(), RejectReason.MAX_SESSIONS));
    peers.forEach(this::expectServed);
    peers.getFirst().close();
    await().until(() -> server.sessionCount() == 2);
    expectServed(fixture.connect(server));
    assertThat(observer.rejections()).hasSize(1);
  }

  @Test
  void aSessionKeepsItsPlaceUntilItsOnCloseHasReturned() {
    Gate gate = fixture.gate();
    listener.whenClose((session, reason) -> gate.pass());
    Server<String> server = start(fixture.server().maxSessions(1));
    RawPeer first = fixture.connect(server);
    expectServed(first);
    first.close();
    gate.awaitReached();

    RawPeer second = fixture.connect(server);
    second.expectGone(SOON);
    assertThat(observer.awaitRejections(1))
        .containsExactly(new Rejection(second.localAddress(), RejectReason.MAX_SESSIONS));

    gate.open();
    await().until(() -> server.sessionCount() == 0);
    expectServed(fixture.connect(server));
  }

  @Test
  void sessionsOfOneAddressAboveItsLimitAreRejectedUntilOneHasEnded() {
    Gate gate = fixture.gate();
    listener.whenClose((session, reason) -> gate.pass());
    Server<String> server = start(fixture.server().maxSessionsPerAddress(2));
    RawPeer first = fixture.connect(server);
    expectServed(first);
    expectServed(fixture.connect(server));

    RawPeer third = fixture.connect(server);
    third.expectGone(SOON);
    assertThat(observer.awaitRejections(1))
        .containsExactly(
            new Rejection(third.localAddress(), RejectReason.MAX_SESSIONS_PER_ADDRESS));

    first.close();
    gate.awaitReached();
    fixture.connect(server).expectGone(SOON);
    gate.open();
    await().until(() -> server.sessionCount() == 1);
    expectServed(fixture.connect(server));
    assertThat(observer.awaitRejections(2)).hasSize(2);
  }

  @Test
  void whoIsRejectedForTheAddressTakesNoPlaceOfOthers() {
    Server<String> server = start(fixture.server().maxSessionsPerAddress(1).maxSessions(2));
    RawPeer first = fixture.connect(server);
    expectServed(first);
    for (int i = 0; i < 5; i++) {
      fixture.connect(server).expectGone(SOON);
    }
    assertThat(observer.awaitRejections(5))
        .extracting(Rejection::reason)
        .containsOnly(RejectReason.MAX_SESSIONS_PER_ADDRESS);
    first.close();
    await().until(() -> server.sessionCount() == 0);

    expectServed(fixture.connect(server));
  }

  @Test
  void theLimitHoldsForManyConcurrentConnections() {
    int allowed = 10;
    int come = 100;
    Server<String> server = start(fixture.server().maxSessions(allowed));
    fixture.start(
        fixture.client(server.port()).listener(fixture.listener()).connections(come).noReconnect());

    assertThat(observer.awaitRejections(come - allowed)).hasSize(come - allowed);
    listener.awaitSessions(allowed);
    assertThat(server.sessionCount()).isEqualTo(allowed);
    assertThat(listener.sessions()).isEqualTo(allowed);
  }

  @Test
  void connectionsAboveTheRateAreRejected() {
    FakeTime time = FakeTime.create();
    Server<String> server = start(fixture.server().acceptRate(2, 5).time(Fixture.timeOf(time)));
    for (int i = 0; i < 5; i++) {
      expectServed(fixture.connect(server));
    }

    fixture.connect(server).expectGone(SOON);
    assertThat(observer.awaitRejections(1).getFirst().reason()).isEqualTo(RejectReason.ACCEPT_RATE);

    time.advance(Duration.ofSeconds(1));
    expectServed(fixture.connect(server));
    expectServed(fixture.connect(server));
    fixture.connect(server).expectGone(SOON);

    time.advance(Duration.ofHours(1));
    for (int i = 0; i < 5; i++) {
      expectServed(fixture.connect(server));
    }
    fixture.connect(server).expectGone(SOON);
    assertThat(observer.awaitRejections(3)).hasSize(3);
  }

  @Test
  void filteredAddressesAreRejected() {
    Server<String> server = start(fixture.server().ipFilter(IpFilter.deny("127.0.0.0/8")));

    fixture.connect(server).expectGone(SOON);

    assertThat(observer.awaitRejections(1).getFirst().reason()).isEqualTo(RejectReason.IP_FILTER);
    assertThat(listener.sessions()).isZero();
    expectServed(
        fixture.connect(start(fixture.server().ipFilter(IpFilter.allow("127.0.0.1", "::1")))));
  }

  @Test
  void aFilterThatThrowsRejectsThatConnectionOnly() {
    Server<String> server =
        start(
            fixture
                .server()
                .ipFilter(peer -> {
                  if (observer.rejections().isEmpty()) {
                    throw new IllegalStateException("broken filter");
                  }
                  return true;
                }));

    fixture.connect(server).expectGone(SOON);

    assertThat(observer.awaitRejections(1).getFirst().reason()).isEqualTo(RejectReason.IP_FILTER);
    assertThat(observer.acceptFailures).isEmpty();
    expectServed(fixture.connect(server));
  }

  @Test
  void aDrainingServerRejectsNewConnections() {
    Gate gate = fixture.gate();
    listener.whenMessage((session, text) -> {
      gate.pass();
      session.send(text);
    });
    Server<String> server = start(fixture.server());
    RawPeer busy = fixture.connect(server);
    busy.write(frames("x"));
    gate.awaitReached();

    server.stop(StopMode.DRAIN);

    assertThatThrownBy(() -> RawPeer.connect(server.port())).hasMessageContaining("refused");
    gate.open();
    assertThat(busy.readToEnd()).isEqualTo(frames("x"));
  }
}
