package io.gannet.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gannet.testkit.RawPeer;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients behind HTTP proxies, which report the client's address in a header. */
class ForwardedHeadersTest {

  private static final IpFilter PROXIES = IpFilter.allow("127.0.0.1", "10.0.0.0/8");

  @RegisterExtension final Fixture fixture = new Fixture();

  private final RecordingObserver observer = new RecordingObserver();
  private final RecordingListener<String> listener = fixture.listener();

  /** Requests a WebSocket with the given headers, and returns the first line of the answer. */
  private String ask(ForwardedHeaders setting, IpFilter filter, String... headers) {
    Server<String> server =
        fixture.start(
            Server.webSocket("127.0.0.1", 0, WebSocketOptions.defaults())
                .codec(new TextCodec())
                .forwardedHeaders(setting)
                .ipFilter(filter)
                .listener(listener)
                .observer(observer));
    RawPeer peer = fixture.connect(server);
    peer.write(WebSocketPeer.text(server, "/", headers).getBytes(US_ASCII));
    return peer.readLine();
  }

  private void assertClientIs(String host, int port) {
    Session<String> session = listener.awaitSession();
    assertThat(session.remoteAddress()).isEqualTo(new InetSocketAddress(host, port));
    assertThat(session.connection().webSocket().remoteAddress()).isEqualTo(session.remoteAddress());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "203.0.113.9 | 203.0.113.9 | 0",
        "203.0.113.9:4711 | 203.0.113.9 | 4711",
        "2001:db8::7 | 2001:db8::7 | 0",
        "[2001:db8::7]:4711 | 2001:db8::7 | 4711",
        "198.51.100.1, 203.0.113.9 | 203.0.113.9 | 0",
        "198.51.100.1, 203.0.113.9, 10.0.0.7 | 203.0.113.9 | 0",
        "anything <script>, 203.0.113.9 | 203.0.113.9 | 0",
        "10.0.0.1, 10.0.0.2 | 10.0.0.1 | 0"
      })
  void theRightMostAddressThatIsNoProxyIsTheClient(String header, String host, int port) {
    assertThat(
            ask(
                ForwardedHeaders.xForwardedFor(PROXIES),
                peer -> true,
                "X-Forwarded-For: " + header,
                "Forwarded: for=192.0.2.1"))
        .contains(" 101 ");

    assertClientIs(host, port);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "for=203.0.113.9 | 203.0.113.9 | 0",
        "proto=https;For=\"203.0.113.9:4711\";by=10.0.0.1 | 203.0.113.9 | 4711",
        "for=\"[2001:db8::7]:4711\" | 2001:db8::7 | 4711",
        "for=198.51.100.1, for=203.0.113.9;host=\"a,b\", for=10.0.0.7 | 203.0.113.9 | 0",
        "for=unknown, for=203.0.113.9 | 203.0.113.9 | 0"
      })
  void theStandardHeaderIsRead(String header, String host, int port) {
    assertThat(
            ask(
                ForwardedHeaders.forwarded(PROXIES),
                peer -> true,
                "Forwarded: " + header,
                "X-Forwarded-For: 192.0.2.1"))
        .contains(" 101 ");

    assertClientIs(host, port);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Forwarded-For: unknown",
        "X-Forwarded-For: 203.0.113.9,",
        "X-Forwarded-For: 203.0.113.9:99999",
        "X-Forwarded-For: 203.0.113",
        "X-Forwarded-For: localhost",
        "X-Forwarded-For: fe80::1%eth0",
        "X-Forwarded-For:",
        "Forwarded: for=_hidden",
        "Forwarded: for=\"192.0.2.1, for=203.0.113.9",
        "Forwarded: for=\"x, for=\"[2001:db8::7]:80\"",
        "Forwarded: by=203.0.113.9",
        "Forwarded: for=203.0.113.9;for=192.0.2.1",
        "Forwarded: for=203.0.113.9 x"
      })
  void whatCannotBeReadIsRefused(String header) {
    ForwardedHeaders setting =
        header.startsWith("X")
            ? ForwardedHeaders.xForwardedFor(PROXIES)
            : ForwardedHeaders.forwarded(PROXIES);

    assertThat(ask(setting, peer -> true, header)).contains(" 400 ");

    assertThat(observer.awaitRejections(1).getFirst().reason())
        .isEqualTo(RejectReason.HANDSHAKE_FAILED);
    assertThat(listener.sessions()).isZero();
  }

  @Test
  void headersOfUntrustedPeersAreIgnored() {
    assertThat(
            ask(
                ForwardedHeaders.xForwardedFor(IpFilter.allow("10.0.0.0/8")),
                peer -> true,
                "X-Forwarded-For: 203.0.113.9"))
        .contains(" 101 ");

    assertThat(((InetSocketAddress) listener.awaitSession().remoteAddress()).getHostString())
        .isEqualTo("127.0.0.1");
  }

  @Test
  void theFilterAppliesToTheClientBehindTheProxy() {
    IpFilter filter = IpFilter.deny("203.0.113.0/24", "127.0.0.0/8");
    ForwardedHeaders setting = ForwardedHeaders.xForwardedFor(PROXIES);

    assertThat(ask(setting, filter, "X-Forwarded-For: 203.0.113.9")).contains(" 403 ");

    assertThat(observer.awaitRejections(1))
        .containsExactly(
            new RecordingObserver.Rejection(
                new InetSocketAddress("203.0.113.9", 0), RejectReason.IP_FILTER));
    assertThat(ask(setting, filter, "X-Forwarded-For: 198.51.100.1")).contains(" 101 ");
    assertThat(ask(setting, filter)).contains(" 403 "); // the proxy's own
  }

  private static boolean broken(InetSocketAddress peer) {
    throw new AssertionError("broken for " + peer);
  }

  @Test
  void aClientIsDeniedIfTheFilterThrows() {
    ForwardedHeaders setting = ForwardedHeaders.xForwardedFor(PROXIES);
    assertThat(ask(setting, ForwardedHeadersTest::broken, "X-Forwarded-For: 203.0.113.9"))
        .contains(" 403 ");
    assertThat(observer.awaitRejections(1).getFirst().reason()).isEqualTo(RejectReason.IP_FILTER);
    assertThat(listener.sessions()).isZero();
  }

  @Test
  void aPeerIsDeniedIfTheTrustFilterThrows() {
    ForwardedHeaders setting =
        ForwardedHeaders.xForwardedFor(
            peer -> peer.getAddress().isLoopbackAddress() || broken(peer));
    assertThat(ask(setting, peer -> true, "X-Forwarded-For: 198.51.100.1, 203.0.113.9"))
        .contains(" 403 ");
    assertThat(listener.sessions()).isZero();
  }

  @Test
  void forwardedHeadersRequireAWebSocketServer() {
    assertThatThrownBy(() -> fixture.server().forwardedHeaders(ForwardedHeaders.forwarded(PROXIES)))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("WebSocket");
  }
}
