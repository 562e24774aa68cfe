package io.gannet.transport;

import static io.gannet.transport.TextCodec.frames;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.test.FakeTime;
import io.gannet.transport.CloseReason.Kind;
import io.gannet.transport.codec.Bodies;
import io.gannet.transport.codec.Codecs;
import io.gannet.transport.json.JsonCodecs;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The features of UDP only, with sockets of the JDK as peers. */
@ParameterizedClass
@MethodSource("io.gannet.transport.TransportUnderTest#ios")
class UdpTest {

  private static final UdpOptions OPTIONS = UdpOptions.defaults();
  private static final byte[] PROBE = "connect-ping".getBytes(US_ASCII);

  @Parameter Io io;

  @RegisterExtension final Fixture fixture = new Fixture();

  private EventLoops loops() {
    return fixture.closing(EventLoops.create(io, 2));
  }

  private ServerBuilder<String> server(UdpOptions options) {
    return Server.udp("127.0.0.1", 0, options).codec(new TextCodec()).eventLoops(loops());
  }

  private Server<String> start(RecordingListener<String> listener) {
    return fixture.start(server(OPTIONS).listener(listener));
  }

  private ClientBuilder<String> client(int port, UdpOptions options) {
    return Client.udp("127.0.0.1", port, options).codec(new TextCodec()).eventLoops(loops());
  }

  private UdpPeer peerOf(Server<?> server) {
    return fixture.closing(new UdpPeer(server.port()));
  }

  // ---------------------------------------------------------------- sessions

  @Test
  void eachAddressHasItsOwnSession() {
    RecordingListener<String> listener = fixture.echo();
    Server<String> server = start(listener);
    UdpPeer one = peerOf(server);
    UdpPeer other = peerOf(server);

    one.sendText("a");
    assertThat(one.receiveText()).isEqualTo("a");
    other.sendText("b");
    assertThat(other.receiveText()).isEqualTo("b");
    one.sendText("c");
    assertThat(one.receiveText()).isEqualTo("c");

    assertThat(server.sessions())
        .extracting(Session::remoteAddress)
        .containsExactlyInAnyOrder(one.address(), other.address());
    assertThat(listener.messages(listener.awaitSessions(2).getFirst())).containsExactly("a", "c");
  }

  @Test
  void aBatchFromManyPeersIsAnsweredToEach() {
    RecordingListener<String> listener = fixture.echo();
    Server<String> server = start(listener);
    List<UdpPeer> peers = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      peers.add(peerOf(server));
    }
    for (int round = 0; round < 4; round++) {
      for (int i = 0; i < peers.size(); i++) {
        peers.get(i).sendText(round + " of " + i);
      }
      for (int i = 0; i < peers.size(); i++) {
        assertThat(peers.get(i).receiveText()).isEqualTo(round + " of " + i);
      }
    }
  }

  @Test
  void aSessionThatClosedIsReplacedByTheNextDatagram() {
    RecordingListener<String> listener = fixture.listener();
    Server<String> server = start(listener);
    UdpPeer peer = peerOf(server);
    peer.sendText("first");
    Session<String> first = listener.awaitSession();
    listener.awaitMessages(1);

    first.close();
    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.CLOSED);
    peer.sendText("second");

    assertThat(listener.awaitSessions(2).getLast()).isNotSameAs(first);
    assertThat(listener.awaitMessages(2)).containsExactly("first", "second");
  }

  @Test
  void anIdleSessionExpiresAfterAMinute() {
    FakeTime time = FakeTime.create();
    RecordingListener<String> listener = fixture.listener();
    Server<String> server =
        fixture.start(server(OPTIONS).listener(listener).time(Fixture.timeOf(time)));
    UdpPeer peer = peerOf(server);
    peer.sendText("here");
    listener.awaitMessages(1);

    time.advance(Duration.ofSeconds(50));
    peer.sendText("still here");
    listener.awaitMessages(2);
    time.advance(Duration.ofSeconds(50));
    assertThat(listener.closes()).isEmpty();
    time.advance(Duration.ofSeconds(11));

    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.READ_IDLE);
    await().until(() -> server.sessionCount() == 0);
  }

  @Test
  void messagesSentBeforeAStopArrive() {
    int messages = 100;
    RecordingListener<String> listener =
        fixture
            .listener()
            .whenMessage((session, text) -> {
              for (int i = 0; i < messages; i++) {
                session.send("answer " + i);
              }
            });
    Server<String> server = fixture.start(server(OPTIONS.withAmplification(0)).listener(listener));
    UdpPeer peer = peerOf(server);
    peer.sendText("go");
    listener.awaitMessages(1);
    StopReport report = server.stop(StopMode.DRAIN_AND_WAIT);

    assertThat(report.drained()).isEqualTo(1);
    for (int i = 0; i < messages; i++) {
      assertThat(peer.receiveText()).isEqualTo("answer " + i);
    }
  }

  @Test
  void thePortIsFreeWhenAStopReturns() {
    RecordingListener<String> listener = fixture.echo();
    Server<String> server = start(listener);
    UdpPeer peer = peerOf(server);
    for (int i = 0; i < 5; i++) {
      peer.sendText("a");
      peer.receiveText();
      server.stop(i % 2 == 0 ? StopMode.DRAIN_AND_WAIT : StopMode.NOW);
      server =
          fixture.start(
              Server.udp("127.0.0.1", server.port(), OPTIONS)
                  .codec(new TextCodec())
                  .eventLoops(loops())
                  .listener(listener));
    }
  }

  @Test
  void aSecondServerOnThePortFailsToStart() {
    Server<String> server = start(fixture.listener());

    assertThatThrownBy(() ->
            Server.udp("127.0.0.1", server.port(), OPTIONS)
                .codec(new TextCodec())
                .onMessage((session, text) -> {})
                .start())
        .isInstanceOf(TransportException.class)
        .hasMessageContaining("can't listen on 127.0.0.1:" + server.port());
  }

  @Test
  void sessionsEndWithTheirLoops() {
    RecordingListener<String> listener = fixture.listener();
    EventLoops loops = EventLoops.create(io, 1);
    Server<String> server =
        fixture.start(
            Server.udp("127.0.0.1", 0, OPTIONS)
                .codec(new TextCodec())
                .eventLoops(loops)
                .listener(listener));
    peerOf(server).sendText("a");
    listener.awaitMessages(1);

    loops.close();

    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.CONNECTION_LOST);
  }

  // ---------------------------------------------------------------- datagrams

  @Test
  void theLargestDatagramIsReceivedAndSent() {
    RecordingListener<String> listener = fixture.echo();
    Server<String> server = start(listener);
    UdpPeer peer = peerOf(server);
    String text = "x".repeat(65_507 - 4);

    peer.sendText(text);

    assertThat(peer.receiveText()).isEqualTo(text);
  }

  @Test
  void aMessageThatNoDatagramCanHoldIsRefused() {
    RecordingListener<String> listener = fixture.echo();
    Server<String> server = start(listener);
    peerOf(server).sendText("a");
    Session<String> session = listener.awaitSession();

    assertThatThrownBy(() -> session.send("x".repeat(65_504)))
        .isInstanceOf(MessageTooLargeException.class)
        .hasMessageContaining("maxMessageSize");
    assertThatThrownBy(() -> session.setMaxMessageSize(65_508))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("65,507");
    assertThatThrownBy(() -> server(OPTIONS).maxMessageSize(65_508))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("65,507");
    assertThatThrownBy(() -> OPTIONS.withHello(new byte[65_508]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("65507");
    assertThat(session.isOpen()).isTrue();
  }

  @Test
  void aDatagramOverTheLimitIsAnErrorAndTheSessionContinues() {
    RecordingListener<String> listener = fixture.echo();
    Server<String> server = fixture.start(server(OPTIONS).maxMessageSize(100).listener(listener));
    UdpPeer peer = peerOf(server);

    peer.sendText("x".repeat(200));
    peer.sendText("short");

    assertThat(peer.receiveText()).isEqualTo("short");
    assertThat(listener.errors()).hasSize(1);
    assertThat(listener.errors().getFirst())
        .isInstanceOf(MessageTooLargeException.class)
        .hasMessageContaining("204");
    assertThat(listener.sessions()).isEqualTo(1);
  }

  @Test
  void anUndecodableDatagramIsAnErrorAndTheSessionContinues() {
    RecordingListener<String> listener = fixture.echo();
    Server<String> server = start(listener);
    UdpPeer peer = peerOf(server);

    peer.send(ByteBuffer.allocate(4).putInt(-1).array());
    peer.send(new byte[] {0, 0, 0, 9, 'c', 'u', 't'});
    peer.sendText("whole");

    assertThat(peer.receiveText()).isEqualTo("whole");
    assertThat(listener.errors()).hasSize(2).allMatch(DecodeException.class::isInstance);
    assertThat(listener.errors().getLast()).hasMessageContaining("63 75 74");
    assertThat(listener.sessions()).isEqualTo(1);
  }

  @Test
  void aDatagramThatIsSkippedIsOneError() {
    RecordingListener<String> listener = fixture.listener();
    Server<String> server =
        fixture.start(
            Server.udp("127.0.0.1", 0, OPTIONS)
                .codec(Codecs.whole(JsonCodecs.body(String.class)))
                .eventLoops(loops())
                .listener(listener));
    UdpPeer peer = peerOf(server);

    peer.send("x".getBytes(US_ASCII));
    peer.send("null".getBytes(US_ASCII));
    peer.send("\"7\"".getBytes(US_ASCII));

    assertThat(listener.awaitMessages(1)).containsExactly("7");
    assertThat(listener.errors()).hasSize(2).allMatch(SkippedMessageException.class::isInstance);
  }

  @Test
  void aMessageIsDecodedAfterAnIncompleteDatagram() {
    RecordingListener<String> listener = fixture.listener();
    Server<String> server =
        fixture.start(
            Server.udp("127.0.0.1", 0, OPTIONS)
                .codec(Codecs.lines())
                .eventLoops(loops())
                .listener(listener));
    UdpPeer peer = peerOf(server);

    peer.send("without an end".getBytes(US_ASCII));
    peer.send("a\nb\n".getBytes(US_ASCII));

    assertThat(listener.awaitMessages(2)).containsExactly("a", "b");
    assertThat(listener.errors()).hasSize(1);
  }

  @Test
  void anEmptyDatagramCountsAsLostIfTheCodecDecodesNothing() {
    RecordingListener<String> listener = fixture.listener();
    Server<String> server = start(listener);
    UdpPeer peer = peerOf(server);

    peer.send(new byte[0]);
    listener.awaitSession();
    peer.sendText("after");

    assertThat(listener.awaitMessages(1)).containsExactly("after");
    assertThat(listener.errors()).isEmpty();
    assertThat(listener.awaitSession().stats().messagesLost()).isEqualTo(1);
  }

  @Test
  void anEmptyDatagramIsAMessageIfTheCodecDecodesOne() {
    RecordingListener<String> listener = fixture.listener();
    Server<String> server =
        fixture.start(
            Server.udp("127.0.0.1", 0, OPTIONS)
                .codec(Codecs.whole(Bodies.utf8()))
                .eventLoops(loops())
                .listener(listener));
    UdpPeer peer = peerOf(server);

    peer.send(new byte[0]);
    peer.send(new byte[] {'a'});
    peer.send(new byte[0]);

    assertThat(listener.awaitMessages(3)).containsExactly("", "a", "");
    assertThat(listener.awaitSession().stats().messagesLost()).isZero();
  }

  @Test
  void anEmptyMessageCannotBeSent() {
    List<Throwable> failures = new ArrayList<>();
    Server<String> server =
        fixture.start(
            Server.udp("127.0.0.1", 0, OPTIONS)
                .codec(Codecs.whole(Bodies.utf8()))
                .eventLoops(loops())
                .onMessage((session, text) -> {
                  try {
                    session.send("");
                  } catch (EncodeException e) {
                    failures.add(e);
                  }
                  session.send("not empty");
                }));
    UdpPeer peer = peerOf(server);
    peer.send(new byte[] {'a'});

    assertThat(new String(peer.receive(), US_ASCII)).isEqualTo("not empty");
    assertThat(failures).hasSize(1);
  }

  @Test
  void anUndecodableDatagramAfterAPauseIsAnErrorAndTheSessionContinues() {
    Gate gate = fixture.gate();
    RecordingListener<String> listener =
        fixture.listener().whenMessage((session, text) -> gate.pass());
    Server<String> server = fixture.start(server(OPTIONS).inboundQueue(2, 4096).listener(listener));
    UdpPeer peer = peerOf(server);
    byte[] good = frames("1", "2", "3", "4");
    byte[] bad = TextCodec.header(-1);

    peer.send(ByteBuffer.allocate(good.length + bad.length).put(good).put(bad).array());
    Session<String> session = listener.awaitSession();
    await().until(() -> session.stats().readPauses() > 0);
    gate.open();
    assertThat(listener.awaitErrors(1)).hasOnlyElementsOfType(DecodeException.class);
    peer.sendText("5");

    assertThat(listener.awaitMessages(5)).containsExactly("1", "2", "3", "4", "5");
    assertThat(listener.sessions()).isEqualTo(1);
  }

  @Test
  void oneDatagramMayHoldSeveralMessagesOfTheCodec() {
    RecordingListener<String> listener = fixture.listener();
    Server<String> server = start(listener);

    peerOf(server).send(frames("a", "b", "c"));

    assertThat(listener.awaitMessages(3)).containsExactly("a", "b", "c");
  }

  @Test
  void messagesSentTogetherLeaveInSeparateDatagrams() {
    RecordingListener<String> listener =
        fixture.listener().whenMessage((session, text) -> session.sendAll(List.of("a", "b")));
    Server<String> server = start(listener);
    UdpPeer peer = peerOf(server);

    peer.sendText("go");

    assertThat(peer.receiveText()).isEqualTo("a");
    assertThat(peer.receiveText()).isEqualTo("b");
  }

  @Test
  void theProbeOfGettyIsIgnored() {
    RecordingListener<String> listener = fixture.echo();
    Server<String> server = start(listener);
    UdpPeer peer = peerOf(server);

    peer.send(PROBE);
    peer.sendText("a");
    assertThat(peer.receiveText()).isEqualTo("a");
    peer.send(PROBE);
    peer.sendText("b");

    assertThat(peer.receiveText()).isEqualTo("b");
    assertThat(listener.errors()).isEmpty();
  }

  @Test
  void theProbeOfGettyMayBeReceivedAsAMessage() {
    RecordingListener<String> listener = fixture.listener();
    Server<String> server =
        fixture.start(
            Server.udp("127.0.0.1", 0, OPTIONS.withProbesAsMessages())
                .codec(Codecs.whole(Bodies.utf8()))
                .eventLoops(loops())
                .listener(listener));

    peerOf(server).send(PROBE);

    assertThat(listener.awaitMessages(1)).containsExactly("connect-ping");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aSessionMayBeClosedFromItsCallbacks(boolean inPlace) {
    RecordingListener<String> listener =
        fixture
            .listener()
            .whenMessage((session, text) -> {
              session.send("bye");
              session.close();
            });
    Server<String> server =
        fixture.start(
            server(OPTIONS)
                .dispatch(inPlace ? Dispatch.eventLoop() : Dispatch.virtual())
                .listener(listener));
    UdpPeer peer = peerOf(server);

    peer.sendText("a");
    assertThat(peer.receiveText()).isEqualTo("bye");
    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.CLOSED);
    await().until(() -> server.sessionCount() == 0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aSessionMayBeRefused(boolean inPlace) {
    RecordingListener<String> listener =
        fixture
            .listener()
            .whenOpen(session -> {
              session.send("not you");
              throw new IllegalStateException("refused");
            });
    Server<String> server =
        fixture.start(
            server(OPTIONS)
                .dispatch(inPlace ? Dispatch.eventLoop() : Dispatch.virtual())
                .listener(listener));
    UdpPeer peer = peerOf(server);

    peer.sendText("a");

    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.REFUSED);
    assertThat(peer.receiveText()).isEqualTo("not you");
    assertThat(listener.messages()).isEmpty();
  }

  @Test
  void statisticsCountMessagesAndTheirBytes() {
    RecordingListener<String> listener = fixture.echo();
    Server<String> server = start(listener);
    UdpPeer peer = peerOf(server);

    peer.sendText("12345");
    peer.receiveText();

    Session<String> session = listener.awaitSession();
    await().until(() -> session.stats().queuedBytes() == 0);
    SessionStats stats = session.stats();
    assertThat(stats.messagesIn()).isEqualTo(1);
    assertThat(stats.bytesIn()).isEqualTo(9);
    assertThat(stats.messagesOut()).isEqualTo(1);
    assertThat(stats.bytesOut()).isEqualTo(9);
    assertThat(stats.wireBytesOut()).isEqualTo(9);
    assertThat(stats.messagesLost()).isZero();
  }

  @Test
  void datagramsForASlowListenerAreQueuedThenLostAndCounted() {
    Gate gate = fixture.gate();
    RecordingListener<String> listener =
        fixture.listener().whenMessage((session, text) -> gate.pass());
    Server<String> server = fixture.start(server(OPTIONS).inboundQueue(4, 4096).listener(listener));
    UdpPeer peer = peerOf(server);
    String text = "x".repeat(1_000);
    peer.sendText(text);
    Session<String> session = listener.awaitSession();

    int[] sent = {1};
    await()
        .pollInterval(Duration.ofMillis(1))
        .until(() -> {
          peer.sendText(text);
          sent[0]++;
          return session.stats().messagesLost() > 10;
        });
    gate.open();
    await().until(() -> session.stats().undispatchedMessages() == 0);
    await()
        .until(() -> {
          peer.sendText("last");
          return listener.messages().contains("last");
        });

    assertThat(session.stats().readPauses()).isPositive();
    assertThat(listener.messages()).hasSizeGreaterThan(200);
    assertThat(listener.sessions()).isEqualTo(1);
  }

  // ---------------------------------------------------------------- limits

  @Test
  void aFloodOfAddressesIsBoundedAndCounted() {
    int limit = 100;
    int addresses = 400;
    RecordingObserver observer = new RecordingObserver();
    RecordingListener<String> listener = fixture.listener();
    FakeTime time = FakeTime.create();
    Server<String> server =
        fixture.start(
            server(OPTIONS)
                .maxSessions(limit)
                .listener(listener)
                .observer(observer)
                .time(Fixture.timeOf(time)));
    for (int i = 0; i < addresses; i++) {
      peerOf(server).sendText("flood"); // stays open: a port would be drawn again
      int seen = i + 1;
      await()
          .until(
              () -> server.sessionCount() + observer.rejections().size() >= Math.min(seen, limit));
    }
    await().until(() -> server.sessionCount() == limit && observer.rejections().size() > limit);
    assertThat(observer.rejections())
        .extracting(RecordingObserver.Rejection::reason)
        .containsOnly(RejectReason.MAX_SESSIONS);

    time.advance(Duration.ofSeconds(70));
    await().until(() -> server.sessionCount() == 0);
    UdpPeer late = peerOf(server);
    late.sendText("welcome again");
    await().until(() -> listener.messages().contains("welcome again"));
  }

  @Test
  void sessionsOfOneAddressAreLimitedWhateverTheirPorts() {
    RecordingObserver observer = new RecordingObserver();
    RecordingListener<String> listener =
        fixture.listener().whenMessage((session, text) -> session.close());
    Gate gate = fixture.gate();
    listener.whenClose((session, reason) -> gate.pass());
    Server<String> server =
        fixture.start(
            server(OPTIONS).maxSessionsPerAddress(1).listener(listener).observer(observer));
    peerOf(server).sendText("and bye");
    gate.awaitReached();

    UdpPeer late = peerOf(server);
    late.sendText("no room");
    assertThat(observer.awaitRejections(1).getFirst().reason())
        .isEqualTo(RejectReason.MAX_SESSIONS_PER_ADDRESS);

    gate.open();
    await().until(() -> server.sessionCount() == 0);
    late.sendText("welcome");
    await().until(() -> listener.messages().contains("welcome"));
  }

  @Test
  void aSessionKeepsItsPlaceUntilItsOnCloseHasReturned() {
    RecordingObserver observer = new RecordingObserver();
    Gate gate = fixture.gate();
    RecordingListener<String> listener =
        fixture
            .listener()
            .whenMessage((session, text) -> session.close())
            .whenClose((session, reason) -> gate.pass());
    Server<String> server =
        fixture.start(server(OPTIONS).maxSessions(1).listener(listener).observer(observer));
    peerOf(server).sendText("and bye");
    gate.awaitReached();

    UdpPeer late = peerOf(server);
    late.sendText("no room");
    assertThat(observer.awaitRejections(1).getFirst().reason())
        .isEqualTo(RejectReason.MAX_SESSIONS);

    gate.open();
    await().until(() -> server.sessionCount() == 0);
    late.sendText("welcome");
    await().until(() -> listener.messages().contains("welcome"));
  }

  @Test
  void anUnconfirmedAddressIsSentAtMostThreeTimesTheReceivedBytes() {
    String answer = "x".repeat(1_000);
    RecordingListener<String> listener =
        fixture
            .listener()
            .whenMessage((session, text) -> {
              for (int i = 0; i < 10; i++) {
                session.send(answer);
              }
            });
    Server<String> server = start(listener);
    UdpPeer peer = peerOf(server);
    String question = "y".repeat(1_000);

    peer.sendText(question);
    assertThat(peer.receiveUntilSilence()).hasSize(3);
    assertThat(listener.awaitSession().stats().queuedBytes()).isPositive();
    peer.sendText(question);
    assertThat(peer.receiveUntilSilence()).hasSize(3);
    listener.awaitSession().confirmPeer();

    assertThat(peer.receiveUntilSilence()).hasSize(14);
    assertThat(listener.awaitSession().stats().queuedBytes()).isZero();
  }

  @Test
  void messagesStillWaitForConfirmationAfterAnEncodeFailure() {
    String large = "x".repeat(60_000);
    RecordingListener<String> listener =
        fixture
            .listener()
            .whenMessage((session, text) -> {
              if (text.equals("fill")) {
                session.send(large);
                session.send(large);
                assertThatThrownBy(() -> session.send(TextCodec.UNENCODABLE))
                    .isInstanceOf(EncodeException.class);
              }
            });
    Server<String> server =
        fixture.start(server(OPTIONS).dispatch(Dispatch.eventLoop()).listener(listener));
    UdpPeer peer = peerOf(server);

    peer.sendText("fill");
    listener.awaitMessages(1);
    peer.sendText("written meanwhile, if at all");
    listener.awaitMessages(2);
    Session<String> session = listener.awaitSession();
    assertThat(session.stats().queuedBytes()).isGreaterThan(2 * 60_000);
    session.confirmPeer();

    assertThat(peer.receiveText()).isEqualTo(large);
    assertThat(peer.receiveText()).isEqualTo(large);
    await().until(() -> session.stats().queuedBytes() == 0);
  }

  @Test
  void aSessionThatStaysUnconfirmedClosesWithTheReason() {
    FakeTime time = FakeTime.create();
    RecordingListener<String> listener =
        fixture.listener().whenMessage((session, text) -> session.send("x".repeat(10_000)));
    Server<String> server =
        fixture.start(
            server(OPTIONS)
                .writeStallTimeout(Duration.ofSeconds(20))
                .listener(listener)
                .time(Fixture.timeOf(time)));
    peerOf(server).sendText("tiny");
    Session<String> session = listener.awaitSession();
    await().until(() -> session.stats().queuedBytes() > 0);

    time.advance(Duration.ofSeconds(25));

    CloseReason reason = listener.awaitClose();
    assertThat(reason.kind()).isEqualTo(Kind.WRITE_STALLED);
    assertThat(reason.message()).contains("confirmPeer", "amplification");
  }

  // ---------------------------------------------------------------- clients

  @Test
  void aClientAndAServerExchangeMessages() {
    Server<String> server = start(fixture.echo());
    RecordingListener<String> listener = fixture.listener();
    Client<String> client = fixture.start(client(server.port(), OPTIONS).listener(listener));

    client.session().send("hello");

    assertThat(listener.awaitMessages(1)).containsExactly("hello");
  }

  @Test
  void aClientReconnectsWhenNoServerListens() throws SocketException {
    int port;
    try (DatagramSocket socket = new DatagramSocket()) {
      port = socket.getLocalPort();
    }
    RecordingListener<String> listener = fixture.listener();
    RecordingObserver observer = new RecordingObserver();
    fixture.start(
        client(port, OPTIONS.withProbe())
            .reconnect(Backoff.fixed(Duration.ofMillis(10)))
            .listener(listener)
            .observer(observer));

    assertThat(listener.awaitCloses(2))
        .allSatisfy(reason -> {
          assertThat(reason.kind()).isEqualTo(Kind.CONNECTION_LOST);
          assertThat(reason.message())
              .contains("no process listens on UDP at 127.0.0.1:" + port, "ICMP");
          assertThat(reason.cause()).isInstanceOf(PortUnreachableException.class);
        });
    assertThat(observer.awaitFailures(2)).isNotEmpty();
  }

  @Test
  void aClientMaySendTheProbeOfGetty() {
    UdpPeer server = fixture.closing(new UdpPeer(0));
    fixture.start(client(server.port(), OPTIONS.withProbe()).listener(fixture.listener()));

    assertThat(server.receive()).isEqualTo(PROBE);
  }

  @Test
  void datagramsFromOtherAddressesDoNotReachAClient() {
    UdpPeer server = fixture.closing(new UdpPeer(0));
    RecordingListener<String> listener = fixture.listener();
    Client<String> client = fixture.start(client(server.port(), OPTIONS).listener(listener));
    InetSocketAddress address = (InetSocketAddress) client.session().localAddress();
    UdpPeer stranger = fixture.closing(new UdpPeer(address.getPort()));

    stranger.sendText("forged");
    server.send(frames("real"), address);

    assertThat(listener.awaitMessages(1)).containsExactly("real");
  }

  // ---------------------------------------------------------------- without sessions

  @Test
  void aServerSendsToAnyAddress() {
    Server<String> server = start(fixture.listener());
    UdpPeer peer = peerOf(server);

    assertThat(server.sendTo(peer.address(), "out of the blue")).succeedsWithin(Fixture.SOON);

    assertThat(peer.receiveText()).isEqualTo("out of the blue");
    assertThat(server.sessionCount()).isZero();
    assertThatThrownBy(() -> server.sendTo(peer.address(), TextCodec.UNENCODABLE))
        .isInstanceOf(EncodeException.class);
    assertThatThrownBy(() -> server.sendTo(peer.address(), "x".repeat(70_000)))
        .isInstanceOf(MessageTooLargeException.class);
  }

  @Test
  void datagramsQueuedWithoutASessionAreLimited() {
    Gate gate = fixture.gate();
    Server<String> server =
        fixture.start(
            server(OPTIONS)
                .dispatch(Dispatch.eventLoop())
                .outboundQueue(64 * 1024, 1024)
                .onMessage((session, text) -> gate.pass()));
    UdpPeer peer = peerOf(server);
    peer.sendText("hold the I/O thread");
    gate.awaitReached();
    List<CompletionStage<Void>> sent = new ArrayList<>();

    assertThatThrownBy(
            () -> {
              while (sent.size() < 1_000) {
                sent.add(server.sendTo(peer.address(), "small"));
              }
            })
        .isInstanceOf(QueueFullException.class)
        .hasMessageContaining("outboundQueue");
    gate.open();

    assertThat(sent).hasSizeBetween(1, 256); // 256 bytes at least for each, whatever it has
    assertThat(sent).allSatisfy(each -> assertThat(each).succeedsWithin(Fixture.SOON));
    assertThat(server.sendTo(peer.address(), "there is room again")).succeedsWithin(Fixture.SOON);
  }

  @Test
  void aStoppedServerSendsNothing() {
    Server<String> server = start(fixture.listener());
    UdpPeer peer = peerOf(server);
    server.stop(StopMode.NOW);

    assertThat(server.sendTo(peer.address(), "too late"))
        .failsWithin(Fixture.SOON)
        .withThrowableThat()
        .withMessageContaining("the server has stopped");
  }

  @Test
  void aServerWhoseLoopsHaveEndedSendsNothing() {
    EventLoops loops = EventLoops.create(io, 1);
    Server<String> server =
        fixture.start(
            Server.udp("127.0.0.1", 0, OPTIONS)
                .codec(new TextCodec())
                .eventLoops(loops)
                .listener(fixture.listener()));
    UdpPeer peer = peerOf(server);
    server.stop(StopMode.NOW);
    loops.close();

    assertThat(server.sendTo(peer.address(), "too late"))
        .failsWithin(Fixture.SOON)
        .withThrowableThat()
        .withMessageContaining("the server has stopped");
  }

  @Test
  void otherServersSendToSessionsOnly() {
    Server<String> server = fixture.start(fixture.server().listener(fixture.listener()));

    assertThatThrownBy(
            () -> server.sendTo(new InetSocketAddress(InetAddress.getLoopbackAddress(), 9), "x"))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void aGroupIsJoinedAndSentTo() throws Exception {
    InetAddress group = InetAddress.getByAddress(new byte[] {(byte) 239, -1, 41, 73});
    String loopback = NetworkInterface.getByInetAddress(InetAddress.getLoopbackAddress()).getName();
    UdpOptions options = OPTIONS.withNetworkInterface(loopback).withGroup(group);
    RecordingListener<String> listener = fixture.echo();
    Server<String> member =
        fixture.start(
            Server.udp("0.0.0.0", 0, options)
                .codec(new TextCodec())
                .eventLoops(loops())
                .listener(listener));
    RecordingListener<String> answers = fixture.listener();
    Server<String> sender =
        fixture.start(server(OPTIONS.withNetworkInterface(loopback)).listener(answers));

    assertThat(sender.sendTo(new InetSocketAddress(group, member.port()), "anybody there?"))
        .succeedsWithin(Fixture.SOON);

    assertThat(listener.awaitMessages(1)).containsExactly("anybody there?");
    assertThat(answers.awaitMessages(1)).containsExactly("anybody there?");
  }

  @Test
  void multicastRequiresASingleSocket() throws Exception {
    InetAddress group = InetAddress.getByAddress(new byte[] {(byte) 239, -1, 41, 73});

    assertThatThrownBy(() -> OPTIONS.withSockets(2).withGroup(group))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> OPTIONS.withGroup(group).withSockets(2))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void broadcastsRequireTheSocketOption() throws Exception {
    RecordingListener<String> listener = fixture.listener();
    Server<String> receiver =
        fixture.start(Server.udp(0).codec(new TextCodec()).eventLoops(loops()).listener(listener));
    InetSocketAddress everybody =
        new InetSocketAddress(
            InetAddress.getByAddress(new byte[] {127, -1, -1, -1}), receiver.port());
    Server<String> careful = start(fixture.listener());
    Server<String> loud =
        fixture.start(server(OPTIONS.withBroadcasts()).listener(fixture.listener()));

    assertThat(careful.sendTo(everybody, "quiet")).failsWithin(Fixture.SOON);
    assertThat(loud.sendTo(everybody, "loud")).succeedsWithin(Fixture.SOON);

    assertThat(listener.awaitMessages(1)).containsExactly("loud");
  }

  @Test
  void severalSocketsShareAPort() {
    Set<String> threads = ConcurrentHashMap.newKeySet();
    Server<String> server =
        fixture.start(
            server(OPTIONS.withSockets(2))
                .dispatch(Dispatch.eventLoop())
                .onMessage((session, text) -> {
                  threads.add(Thread.currentThread().getName());
                  session.send(text);
                }));
    for (int i = 0; i < 64; i++) {
      UdpPeer peer = peerOf(server);
      for (int round = 0; round < 2; round++) {
        peer.sendText("a");
        assertThat(peer.receiveText()).isEqualTo("a");
      }
    }

    assertThat(server.addresses()).hasSize(1);
    assertThat(server.sessionCount()).isEqualTo(64);
    if (System.getProperty("os.name").equals("Linux")) {
      assertThat(threads).hasSize(2);
    }
  }

  @Test
  void settingsOfStreamsAreRefused() {
    assertThatThrownBy(() -> server(OPTIONS).compression(Compression.deflate()))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> client(1, OPTIONS).compression(Compression.deflate()))
        .isInstanceOf(UnsupportedOperationException.class);
  }
}
