package io.gannet.transport;

import static io.gannet.transport.Fixture.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gannet.transport.ClientProxy.Kind;
import io.gannet.transport.codec.Bodies;
import io.gannet.transport.codec.Codecs;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients behind a proxy. */
class ClientProxyTest {

  /** A name that only the proxy can resolve. */
  private static final String HOST = "server.behind-the-proxy.invalid";

  @RegisterExtension final Fixture fixture = new Fixture();

  private final RecordingObserver observer = new RecordingObserver();
  private final RecordingListener<String> atServer =
      fixture.listener().whenOpen(session -> session.send("welcome"));
  private final RecordingListener<String> atClient = fixture.listener();

  private static ClientProxy proxy(Kind kind, TestProxy proxy) {
    return new ClientProxy(kind, "127.0.0.1", proxy.port(), null, null);
  }

  private static ClientProxy proxyWithUser(Kind kind, TestProxy proxy) {
    return proxy(kind, proxy).withCredentials(TestProxy.USER, TestProxy.PASSWORD);
  }

  private ClientBuilder<String> client(ClientProxy proxy) {
    return Client.tcp(HOST, 4711)
        .codec(new TextCodec())
        .proxy(proxy)
        .noReconnect()
        .listener(atClient)
        .observer(observer);
  }

  private TestProxy to(int port, boolean wantsUser) {
    return fixture.closing(new TestProxy(port, wantsUser));
  }

  /** The server speaks first, so that its bytes directly follow the proxy's answer. */
  @ParameterizedTest
  @EnumSource
  void tcpGoesThroughAProxyThatLooksTheNameUp(Kind kind) {
    Server<String> server = fixture.start(fixture.server().listener(atServer));
    TestProxy proxy = to(server.port(), true);
    Client<String> client = fixture.start(client(proxyWithUser(kind, proxy)));

    Session<String> session = client.session(SOON);
    session.send("hello");

    assertThat(atClient.awaitMessages(1)).containsExactly("welcome");
    assertThat(atServer.awaitMessages(1)).containsExactly("hello");
    assertThat(proxy.asked).containsExactly(HOST + ":4711");
    assertThat(session.remoteAddress()).hasToString(HOST + "/<unresolved>:4711");
    assertThat(client.name()).contains(HOST).doesNotContain(TestProxy.PASSWORD);
  }

  @ParameterizedTest
  @EnumSource
  void tlsGoesThroughAProxy(Kind kind) {
    Server<String> server =
        fixture.start(fixture.server().tls(Certificates.serverTls()).listener(atServer));
    TestProxy proxy = to(server.port(), false);

    fixture.start(
        client(proxy(kind, proxy)).tls(Certificates.clientTls().withServerName("localhost")));

    assertThat(atClient.awaitMessages(1)).containsExactly("welcome");
  }

  @ParameterizedTest
  @EnumSource
  void webSocketsGoThroughAProxy(Kind kind) {
    Server<String> server =
        fixture.start(
            Server.webSocket("127.0.0.1", 0, WebSocketOptions.defaults())
                .codec(Codecs.whole(Bodies.utf8()))
                .listener(atServer));
    TestProxy proxy = to(server.port(), false);

    fixture.start(
        Client.webSocket(URI.create("ws://" + HOST + "/"), WebSocketOptions.defaults())
            .codec(Codecs.whole(Bodies.utf8()))
            .proxy(proxy(kind, proxy))
            .listener(atClient));

    assertThat(atClient.awaitMessages(1)).containsExactly("welcome");
    assertThat(proxy.asked).containsExactly(HOST + ":80");
  }

  @ParameterizedTest
  @EnumSource
  void anAddressIsRequestedAsAnAddressNotAsAName(Kind kind) {
    Server<String> server = fixture.start(fixture.server().listener(atServer));
    TestProxy proxy = to(server.port(), false);

    fixture.start(
        Client.tcp("192.0.2.1", 7)
            .codec(new TextCodec())
            .proxy(proxy(kind, proxy))
            .listener(atClient));

    atClient.awaitMessages(1);
    assertThat(proxy.asked).containsExactly("192.0.2.1:7");
  }

  @ParameterizedTest
  @EnumSource
  void aRefusalByTheProxyNamesTheProxyButNotThePassword(Kind kind) {
    TestProxy proxy = to(1, true);
    fixture.start(client(proxyWithUser(kind, proxy).withCredentials("somebody", "wrong-secret")));

    Throwable cause = observer.awaitFailures(1).getFirst().cause();
    assertThat(cause)
        .hasMessageContainingAll(
            "the proxy " + proxy(kind, proxy), "did not connect to " + HOST + ":4711")
        .satisfies(it -> assertThat(it.getMessage()).doesNotContain("wrong-secret"));
    if (kind == Kind.HTTP) {
      assertThat(cause).hasMessageContainingAll("407", "withCredentials");
    }
  }

  @ParameterizedTest
  @EnumSource
  void anAttemptFailsIfTheProxyCannotReachTheServer(Kind kind) {
    TestProxy proxy = to(1, false);
    fixture.start(
        Client.tcp("forbidden.invalid", 7)
            .codec(new TextCodec())
            .proxy(proxy(kind, proxy))
            .listener(atClient)
            .observer(observer)
            .noReconnect());

    assertThat(observer.awaitFailures(1).getFirst().cause())
        .hasMessageContaining("did not connect to forbidden.invalid:7")
        .hasMessageContaining(kind == Kind.HTTP ? "403 Forbidden" : "FORBIDDEN");
  }

  @Test
  void aProxyIsConfiguredByAUri() {
    assertThat(ClientProxy.of("http://proxy:3128")).isEqualTo(ClientProxy.http("proxy", 3128));
    assertThat(ClientProxy.of("socks5://us%20er:se:c%40ret@[::1]:1080/"))
        .isEqualTo(
            ClientProxy.socks5("::1", 1080).withCredentials(TestProxy.USER, TestProxy.PASSWORD))
        .hasToString("socks5://[::1]:1080");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "proxy:3128",
        "https://u:secret@proxy:1",
        "http://u:secret@proxy",
        "http://u:secret@proxy:0",
        "http://secret@proxy:1",
        "http://u:secret@proxy:1/path",
        "http://u:sec ret@proxy:1"
      })
  void aUriThatIsNoneIsRefusedWithoutRepeatingIt(String uri) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClientProxy.of(uri))
        .withMessageContaining("a proxy")
        .satisfies(e -> assertThat(e.toString()).doesNotContain("sec"));
  }

  @Test
  void udpAndUnixSocketsHaveNoProxies() {
    ClientProxy proxy = ClientProxy.http("proxy", 1);

    assertThatThrownBy(() -> Client.udp("host", 1).codec(new TextCodec()).proxy(proxy))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> Client.unix("it.sock").codec(new TextCodec()).proxy(proxy))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("unix://it.sock");
  }
}
