package io.gannet.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.test.FakeTime;
import io.gannet.testkit.RawPeer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Clients behind proxies that speak the PROXY protocol. */
class ProxyProtocolTest {

  private static final IpFilter HERE = IpFilter.allow("127.0.0.1");
  private static final IpFilter ELSEWHERE = IpFilter.allow("10.0.0.1");
  private static final byte[] SIGNATURE = "\r\n\r\n\0\r\nQUIT\n".getBytes(ISO_8859_1);

  @RegisterExtension final Fixture fixture = new Fixture();

  private final FakeTime time = FakeTime.create();
  private final RecordingObserver observer = new RecordingObserver();
  private RecordingListener<String> listener;

  @BeforeEach
  void listen() {
    listener = fixture.echo();
  }

  private RawPeer connect(ProxyProtocol setting) {
    Server<String> server =
        fixture.start(
            fixture
                .server()
                .proxyProtocol(setting)
                .time(Fixture.timeOf(time))
                .observer(observer)
                .listener(listener));
    return fixture.connect(server);
  }

  private void assertClientIs(String host, int port) {
    Session<String> session = listener.awaitSession();
    assertThat(session.remoteAddress()).isEqualTo(new InetSocketAddress(host, port));
    ProxyInfo proxy = Objects.requireNonNull(session.connection().proxy());
    assertThat(((InetSocketAddress) proxy.address()).getAddress().isLoopbackAddress()).isTrue();
    assertThat(proxy.destination()).isEqualTo(new InetSocketAddress("198.51.100.7", 443));
  }

  private void assertRefused(RawPeer peer, String why) {
    peer.expectGone(Fixture.SOON);
    assertThat(observer.awaitRejections(1).getFirst().reason())
        .isEqualTo(RejectReason.HANDSHAKE_FAILED);
    assertThat(observer.handshakeFailures.getFirst()).hasMessageContaining(why);
    assertThat(listener.sessions()).isZero();
  }

  private static byte[] version2(int command, int family, byte[] addresses, int extras) {
    return ByteBuffer.allocate(16 + addresses.length + extras)
        .put(SIGNATURE)
        .put((byte) (0x20 | command))
        .put((byte) family)
        .putShort((short) (addresses.length + extras))
        .put(addresses)
        .array();
  }

  private static byte[] ipv4() {
    return ByteBuffer.allocate(12)
        .put(new byte[] {(byte) 203, 0, 113, 9})
        .put(new byte[] {(byte) 198, 51, 100, 7})
        .putShort((short) 56_324)
        .putShort((short) 443)
        .array();
  }

  @Test
  void version1ProvidesTheClientsAddress() {
    RawPeer peer = connect(ProxyProtocol.required(HERE));

    peer.writeText("PROXY TCP4 203.0.113.9 198.51.100.7 56324 443\r\n");
    peer.write(TextCodec.frames("hello"));

    assertThat(listener.awaitMessages(1)).containsExactly("hello");
    assertThat(peer.readExactly(9)).isEqualTo(TextCodec.frames("hello"));
    assertClientIs("203.0.113.9", 56_324);
  }

  @Test
  void version2ProvidesTheClientsAddressHoweverItIsSplit() {
    RawPeer peer = connect(ProxyProtocol.required(HERE));

    peer.writeEachByte(version2(1, 0x11, ipv4(), 0));
    peer.write(TextCodec.frames("hello"));

    assertThat(listener.awaitMessages(1)).containsExactly("hello");
    assertClientIs("203.0.113.9", 56_324);
  }

  @Test
  void aSessionOpensAsSoonAsTheHeaderIsComplete() {
    RawPeer peer = connect(ProxyProtocol.optional(HERE));

    peer.write(version2(1, 0x11, ipv4(), 0));

    assertClientIs("203.0.113.9", 56_324);
  }

  @Test
  void aProxyMayConnectOnItsOwnBehalf() {
    RawPeer peer = connect(ProxyProtocol.required(HERE));

    peer.write(version2(0, 0x00, new byte[0], 0));
    peer.write(TextCodec.frames("are you alive?"));

    assertThat(listener.awaitMessages(1)).hasSize(1);
    assertThat(listener.awaitSession().connection().proxy()).isNull();
    assertThat(listener.awaitSession().remoteAddress()).isEqualTo(peer.localAddress());
  }

  @Test
  void aConnectionWithoutARequiredHeaderIsRefused() {
    RawPeer peer = connect(ProxyProtocol.required(HERE));

    peer.write(TextCodec.frames("hello"));

    assertRefused(peer, "doesn't start with a PROXY protocol header");
  }

  @Test
  void withoutAnOptionalHeaderTheSocketAddressCounts() {
    RawPeer peer = connect(ProxyProtocol.optional(HERE));

    peer.write(TextCodec.frames("a"));

    assertThat(peer.readExactly(5)).isEqualTo(TextCodec.frames("a"));
    assertThat(listener.awaitSession().remoteAddress()).isEqualTo(peer.localAddress());
  }

  @Test
  void untrustedPeersAreRefused() {
    RawPeer peer = connect(ProxyProtocol.required(ELSEWHERE));

    assertRefused(peer, "is not a trusted proxy");
  }

  @Test
  void anOptionalHeaderOfAnUntrustedPeerIsNotParsed() {
    RawPeer peer = connect(ProxyProtocol.optional(ELSEWHERE));

    peer.write(TextCodec.frames("hello"));
    listener.awaitMessages(1);
    assertThat(listener.awaitSession().remoteAddress()).isEqualTo(peer.localAddress());
    peer.writeText("PROXY TCP4 203.0.113.9 198.51.100.7 56324 443\r\n");

    assertThat(listener.awaitError()).isInstanceOf(MessageTooLargeException.class);
  }

  @Test
  void anIncompleteHeaderIsRefusedAfterTenSeconds() {
    RawPeer peer = connect(ProxyProtocol.required(HERE));
    peer.writeText("PROXY TCP4 203.0.113.9");
    await().until(() -> time.pending() > 0);

    time.advance(Duration.ofSeconds(10).minusMillis(1));
    assertThat(observer.rejections()).isEmpty();
    time.advance(Duration.ofMillis(1));

    peer.expectGone(Fixture.SOON);
    assertThat(observer.awaitRejections(1).getFirst().reason())
        .isEqualTo(RejectReason.HANDSHAKE_TIMEOUT);
  }

  @Test
  void aHeaderThatIsTooLongIsRefusedBeforeItIsComplete() {
    RawPeer peer = connect(ProxyProtocol.required(HERE));

    peer.writeText("PROXY TCP4 " + "1".repeat(200));

    assertRefused(peer, "malformed");
  }

  @Test
  void aHeaderWithTooManyExtrasIsRefused() {
    RawPeer peer = connect(ProxyProtocol.required(HERE));

    peer.write(version2(1, 0x11, ipv4(), 60_000));

    assertRefused(peer, "malformed");
  }

  @Test
  void aMalformedHeaderIsRefused() {
    RawPeer peer = connect(ProxyProtocol.required(HERE));

    peer.writeText("PROXY TCP4 localhost 198.51.100.7 56324 443\r\n");

    assertRefused(peer, "malformed");
  }

  @Test
  void aProxyMayReportAnUnknownClient() {
    RawPeer peer = connect(ProxyProtocol.required(HERE));

    peer.writeText("PROXY UNKNOWN\r\n");
    peer.write(TextCodec.frames("hello"));

    assertThat(listener.awaitMessages(1)).containsExactly("hello");
    assertThat(listener.awaitSession().remoteAddress()).isEqualTo(peer.localAddress());
    assertThat(listener.awaitSession().connection().proxy()).isNull();
  }

  @Test
  void version2MayContainFurtherFields() {
    RawPeer peer = connect(ProxyProtocol.required(HERE));

    byte[] name = "example.org".getBytes(ISO_8859_1);
    byte[] header = version2(1, 0x11, ipv4(), 3 + name.length);
    ByteBuffer.wrap(header)
        .position(header.length - 3 - name.length)
        .put((byte) 2) // the name of the host that the client asked for
        .putShort((short) name.length)
        .put(name);
    peer.write(header);
    peer.write(TextCodec.frames("hello"));

    assertThat(listener.awaitMessages(1)).containsExactly("hello");
    assertClientIs("203.0.113.9", 56_324);
  }

  @Test
  void clientsMayHaveIpv6Addresses() {
    RawPeer peer = connect(ProxyProtocol.required(HERE));

    peer.writeText("PROXY TCP6 2001:db8::9 2001:db8::7 56324 443\r\n");

    assertThat(listener.awaitSession().remoteAddress())
        .isEqualTo(new InetSocketAddress("2001:db8::9", 56_324));
  }

  @Test
  void aConnectionThatEndsInsideTheHeaderIsRefused() {
    RawPeer peer = connect(ProxyProtocol.required(HERE));

    peer.writeText("PROXY TCP4 203.0.113.9");
    peer.shutdownOutput();

    assertRefused(peer, "the peer closed the connection");
  }

  @Test
  void theHeaderComesBeforeEncryption(@TempDir Path directory) throws Exception {
    Certificates certificates = new Certificates(directory);
    Server<String> server =
        fixture.start(
            fixture
                .server()
                .proxyProtocol(ProxyProtocol.required(HERE))
                .tls(ServerTls.of(certificates.issue(Certificates::forThisMachine)))
                .listener(listener));
    try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      plain.getOutputStream().write(version2(1, 0x11, ipv4(), 0));
      SSLSocket socket = certificates.handshake(plain);
      socket.getOutputStream().write(TextCodec.frames("hello"));

      assertThat(listener.awaitMessages(1)).containsExactly("hello");
      assertThat(socket.getInputStream().readNBytes(9)).isEqualTo(TextCodec.frames("hello"));
    }
    assertClientIs("203.0.113.9", 56_324);
    assertThat(listener.awaitSession().connection().tls()).isNotNull();
  }

  @Test
  void aMissingHeaderIsNotReportedAsATlsFailure() {
    Server<String> server =
        fixture.start(
            fixture
                .server()
                .proxyProtocol(ProxyProtocol.required(HERE))
                .tls(Certificates.serverTls())
                .observer(observer)
                .listener(listener));
    RawPeer peer = fixture.connect(server);

    peer.write(TextCodec.frames("hello"));

    assertRefused(peer, "doesn't start with a PROXY protocol header");
  }

  @Test
  void aWebSocketSessionHasTheClientsAddress() {
    Server<String> server =
        fixture.start(
            Server.webSocket("127.0.0.1", 0, WebSocketOptions.defaults())
                .codec(new TextCodec())
                .proxyProtocol(ProxyProtocol.required(HERE))
                .listener(listener));
    RawPeer peer = fixture.connect(server);
    peer.writeText("PROXY TCP4 203.0.113.9 198.51.100.7 56324 443\r\n");
    WebSocketPeer.open(server, peer, "/");

    assertClientIs("203.0.113.9", 56_324);
    assertThat(listener.awaitSession().connection().webSocket().remoteAddress())
        .isEqualTo(new InetSocketAddress("203.0.113.9", 56_324));
  }

  @Test
  void aHealthCheckOpensNoSession() {
    ProxyProtocol setting = ProxyProtocol.required(HERE);
    RawPeer silent = connect(setting);
    silent.close();
    connect(setting).reset();
    RawPeer local = connect(setting);
    local.write(version2(0, 0, new byte[0], 0));
    local.shutdownOutput();
    local.expectGone(Fixture.SOON);
    RawPeer reset = connect(setting);
    reset.write(version2(0, 0, new byte[0], 0));
    reset.reset();
    RawPeer text = connect(setting);
    text.writeText("PROXY UNKNOWN\r\n");
    text.shutdownOutput();
    text.expectGone(Fixture.SOON);
    RawPeer client = connect(setting);
    client.write(version2(1, 0x11, ipv4(), 0));
    client.write(TextCodec.frames("x"));

    assertThat(client.readExactly(5)).isEqualTo(TextCodec.frames("x"));
    assertThat(listener.sessions()).isEqualTo(1);
    assertThat(observer.rejections()).isEmpty();
  }

  @Test
  void aProxyOnItsOwnBehalfGetsASession() {
    RawPeer speaking = connect(ProxyProtocol.required(HERE));
    speaking.write(version2(0, 0, new byte[0], 0));
    speaking.write(TextCodec.frames("x"));
    assertThat(speaking.readExactly(5)).isEqualTo(TextCodec.frames("x"));

    RawPeer waiting = connect(ProxyProtocol.required(HERE));
    waiting.write(version2(0, 0, new byte[0], 0));
    await()
        .until(() -> {
          time.advance(Duration.ofMillis(50));
          return listener.sessions() == 2;
        });
  }

  @Test
  void theFilterAppliesToTheClientBehindTheProxy() {
    IpFilter filter = IpFilter.deny("203.0.113.0/24", "127.0.0.0/8");
    Server<String> server =
        fixture.start(
            fixture
                .server()
                .proxyProtocol(ProxyProtocol.required(HERE))
                .ipFilter(filter)
                .observer(observer)
                .listener(listener));
    RawPeer denied = fixture.connect(server);
    denied.writeText("PROXY TCP4 203.0.113.9 198.51.100.7 4711 443\r\n");
    denied.expectGone(Fixture.SOON);
    assertThat(observer.awaitRejections(1))
        .containsExactly(
            new RecordingObserver.Rejection(
                new InetSocketAddress("203.0.113.9", 4711), RejectReason.IP_FILTER));

    RawPeer allowed = fixture.connect(server);
    allowed.writeText("PROXY TCP4 198.51.100.1 198.51.100.7 4711 443\r\n");
    allowed.write(TextCodec.frames("x"));

    assertThat(allowed.readExactly(5)).isEqualTo(TextCodec.frames("x"));
  }

  private RawPeer client(Server<String> server, String version, String client) {
    RawPeer peer = fixture.connect(server);
    String here = version.equals("TCP4") ? "198.51.100.7" : "2001:db8::7";
    peer.writeText("PROXY %s %s %s 4711 443\r\n".formatted(version, client, here));
    peer.write(TextCodec.frames("x"));
    return peer;
  }

  private void assertServed(RawPeer peer) {
    assertThat(peer.readExactly(5)).isEqualTo(TextCodec.frames("x"));
  }

  @Test
  void theLimitForAnAddressCountsTheClientsBehindTheProxy() {
    listener.whenMessage(Session::send);
    Server<String> server =
        fixture.start(
            fixture
                .server()
                .proxyProtocol(ProxyProtocol.required(HERE))
                .maxSessionsPerAddress(1)
                .observer(observer)
                .listener(listener));
    RawPeer first = client(server, "TCP4", "203.0.113.9");
    assertServed(first);
    assertServed(client(server, "TCP4", "203.0.113.10"));
    assertServed(client(server, "TCP6", "2001:db8::1"));
    assertServed(client(server, "TCP6", "2001:db8:0:1::1")); // another /64

    client(server, "TCP4", "203.0.113.9").expectGone(Fixture.SOON);
    client(server, "TCP6", "2001:db8::ffff").expectGone(Fixture.SOON);

    assertThat(observer.awaitRejections(2))
        .containsExactly(
            new RecordingObserver.Rejection(
                new InetSocketAddress("203.0.113.9", 4711), RejectReason.MAX_SESSIONS_PER_ADDRESS),
            new RecordingObserver.Rejection(
                new InetSocketAddress("2001:db8::ffff", 4711),
                RejectReason.MAX_SESSIONS_PER_ADDRESS));
    first.close();
    await().until(() -> server.sessionCount() == 3);
    assertServed(client(server, "TCP4", "203.0.113.9"));
  }

  private static boolean broken(InetSocketAddress peer) {
    throw new AssertionError("broken for " + peer);
  }

  private Server<String> start(ProxyProtocol setting, IpFilter filter) {
    return fixture.start(
        fixture
            .server()
            .proxyProtocol(setting)
            .ipFilter(filter)
            .time(Fixture.timeOf(time))
            .observer(observer)
            .listener(listener));
  }

  private void assertDenied(RawPeer peer) {
    peer.expectGone(Fixture.SOON);
    assertThat(observer.awaitRejections(1).getFirst().reason()).isEqualTo(RejectReason.IP_FILTER);
    assertThat(listener.sessions()).isZero();
  }

  @Test
  void aClientIsDeniedIfTheFilterThrows() {
    RawPeer peer = fixture.connect(start(ProxyProtocol.optional(HERE), ProxyProtocolTest::broken));
    peer.writeText("PROXY TCP4 203.0.113.9 198.51.100.7 4711 443\r\n");
    assertDenied(peer);
  }

  @Test
  void aProxyOnItsOwnBehalfIsDeniedAtOnceIfTheFilterThrows() {
    RawPeer peer = fixture.connect(start(ProxyProtocol.required(HERE), ProxyProtocolTest::broken));
    peer.write(version2(0, 0, new byte[0], 0));
    AtomicInteger steps = new AtomicInteger();
    await()
        .until(() -> {
          time.advance(Duration.ofMillis(50));
          return steps.incrementAndGet() == 100 || !observer.rejections().isEmpty();
        });
    assertDenied(peer);
  }

  @Test
  void aProxyIsDeniedIfTheTrustFilterThrows() {
    AtomicInteger asked = new AtomicInteger();
    IpFilter trusted = peer -> asked.getAndIncrement() == 0 || broken(peer);
    assertDenied(fixture.connect(start(ProxyProtocol.optional(trusted), peer -> true)));
  }
}
