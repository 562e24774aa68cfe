package io.gannet.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.gannet.transport.codec.Bodies;
import io.gannet.transport.codec.Codecs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** WebSocket over TLS, and the errors if only one side uses TLS or WebSocket. */
class WebSocketTlsTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  @TempDir Path directory;

  private final RecordingListener<String> atServer = fixture.echo();
  private final RecordingListener<String> atClient = fixture.listener();
  private final RecordingObserver serverObserver = new RecordingObserver();
  private final RecordingObserver clientObserver = new RecordingObserver();
  private Certificates certificates;

  @BeforeEach
  void issue() {
    certificates = new Certificates(directory);
  }

  private ServerBuilder<String> plain(WebSocketOptions options) {
    return Server.webSocket("127.0.0.1", 0, options)
        .codec(Codecs.whole(Bodies.utf8()))
        .observer(serverObserver)
        .listener(atServer);
  }

  private Server<String> start(WebSocketOptions options) {
    return fixture.start(
        plain(options)
            .tls(ServerTls.of(certificates.issue(builder -> builder.addSanDnsName("localhost")))));
  }

  private Server<String> start() {
    return start(WebSocketOptions.defaults());
  }

  private ClientTls trust() {
    return ClientTls.trusting(certificates.authority());
  }

  private ClientBuilder<String> client(String uri, Server<?> server) {
    return Client.webSocket(uri.formatted(server.port()))
        .codec(Codecs.whole(Bodies.utf8()))
        .noReconnect()
        .observer(clientObserver)
        .listener(atClient);
  }

  private String failure() {
    return Objects.requireNonNull(clientObserver.awaitFailures(1).getFirst().cause().getMessage());
  }

  // ---------------------------------------------------------------- what works

  @Test
  void aSessionHasTheHandshakesOfTlsAndWebSocket() {
    Server<String> server = start();
    Client<String> client =
        fixture.start(client("wss://localhost:%d/path?query", server).tls(trust()));
    client.session(Fixture.SOON).send("hello");
    assertThat(atClient.awaitMessages(1)).containsExactly("hello");

    for (Session<String> session : List.of(atServer.awaitSession(), atClient.awaitSession())) {
      ConnectionInfo connection = session.connection();
      WebSocketHandshake handshake = Objects.requireNonNull(connection.webSocket());
      assertThat(handshake.path()).isEqualTo("/path");
      assertThat(handshake.header("host")).contains("localhost:" + server.port());
      assertThat(Objects.requireNonNull(connection.tls()).serverName()).isEqualTo("localhost");
    }
  }

  @Test
  void theConnectionsTextIsOneLineWithoutSecrets() {
    TlsIdentity shown = certificates.issue(builder -> builder.addSanDnsName("localhost"));
    Server<String> server =
        fixture.start(
            plain(WebSocketOptions.defaults())
                .tls(ServerTls.of(shown).withClientCertificates(certificates.authority())));
    TlsIdentity hostile = certificates.issue(builder -> builder.subject("CN=x\\0Aforged\\1B[31m"));
    URI uri = URI.create("wss://localhost:%d/path?token=secret".formatted(server.port()));
    Client<String> client =
        fixture.start(
            Client.webSocket(
                    uri, WebSocketOptions.defaults().withHeader("Authorization", "Bearer secret"))
                .codec(Codecs.whole(Bodies.utf8()))
                .tls(trust().withIdentity(hostile))
                .listener(atClient));
    client.session(Fixture.SOON).send("hello");
    atClient.awaitMessages(1);

    assertThat(atServer.awaitSession().connection().toString())
        .contains("path=/path", "TLS_1_3", "x\\nforged")
        .doesNotContain("secret", "\n", "\u001b")
        .hasSizeLessThan(1_000);
  }

  private Server<String> startAs(String certified) {
    return fixture.start(
        plain(WebSocketOptions.defaults())
            .tls(
                ServerTls.of(
                    certificates.issue(
                        builder -> TlsMaterialTest.withDnsName(builder, certified)))));
  }

  @ParameterizedTest
  @CsvSource({
    "secure_app, secure_app",
    "secure_app.gannet.test., secure_app.gannet.test",
    "secure.gannet.test., secure.gannet.test",
    "localhost., localhost"
  })
  void namesAreConnectedToAndVerifiedAsUsersWriteThem(String host, String certified) {
    TestNames.named(host, "127.0.0.1");

    Server<String> server = startAs(certified);
    Client<String> client = fixture.start(client("wss://" + host + ":%d/", server).tls(trust()));
    client.session(Fixture.SOON).send("hello");
    assertThat(atClient.awaitMessages(1)).containsExactly("hello");

    Server<String> plainTcp =
        fixture.start(
            fixture
                .server()
                .tls(
                    ServerTls.of(
                        certificates.issue(b -> TlsMaterialTest.withDnsName(b, certified))))
                .listener(fixture.echo()));
    Client<String> tcp =
        fixture.start(
            Client.tcp(host, plainTcp.port())
                .codec(new TextCodec())
                .tls(trust())
                .listener(fixture.listener()));
    assertThat(tcp.session(Fixture.SOON).isOpen()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"other_app, secure_app", "other.gannet.test., secure.gannet.test"})
  void theCertificateOfAnotherIsRefusedHoweverTheNameIsWritten(String host, String certified) {
    TestNames.named(host, "127.0.0.1");
    Server<String> server = startAs(certified);

    fixture.start(client("wss://" + host + ":%d/", server).tls(trust()));

    assertThat(failure()).contains("TLS handshake failed");
  }

  @Test
  void aCloseSendsItsCodeAndCloseNotify() {
    Server<String> server = start();
    fixture.start(client("wss://localhost:%d/", server).tls(trust()));

    atServer.awaitSession().close(4002, "enough");

    CloseReason there = atClient.awaitClose();
    assertThat(there.kind()).isEqualTo(CloseReason.Kind.PEER_CLOSED);
    assertThat(there.closeCode()).isEqualTo(4002);
    assertThat(atServer.awaitClose().closeCode()).isEqualTo(4002);
    assertThat(atClient.errors()).isEmpty();
    assertThat(atServer.errors()).isEmpty();
  }

  /** Browsers send this. */
  @Test
  void aPeerThatHasClosedTheWebSocketNeedNotSendCloseNotify() throws Exception {
    Server<String> server = start();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      SSLSocket encrypted = certificates.handshake(socket);
      encrypted.getOutputStream().write(request(server));
      assertThat(readHeaders(encrypted)).startsWith("HTTP/1.1 101 ");
      encrypted
          .getOutputStream()
          .write(WebSocketPeer.frame(0x80 | WebSocketPeer.CLOSE, (byte) (4001 >> 8), (byte) 4001));
      socket.shutdownOutput();

      CloseReason reason = atServer.awaitClose();
      assertThat(reason.kind()).isEqualTo(CloseReason.Kind.PEER_CLOSED);
      assertThat(reason.closeCode()).isEqualTo(4001);
      assertThat(atServer.errors()).isEmpty();
    }
  }

  @Test
  void dataReceivedTogetherWithTheRequestIsNotLost() throws Exception {
    Server<String> server = start();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        SSLSocket encrypted = certificates.handshake(socket)) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      all.writeBytes(request(server));
      all.writeBytes(WebSocketPeer.frame(0x81, "early".getBytes(UTF_8)));
      encrypted.getOutputStream().write(all.toByteArray());

      assertThat(atServer.awaitMessages(1)).containsExactly("early");
      assertThat(readHeaders(encrypted)).startsWith("HTTP/1.1 101 ");
    }
  }

  @Test
  void aBrowserGetsThePageOverTls() throws Exception {
    Server<String> server = start(WebSocketOptions.defaults().withPage("<p>hello"));
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        SSLSocket encrypted = certificates.handshake(socket)) {
      encrypted
          .getOutputStream()
          .write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
      assertThat(new String(encrypted.getInputStream().readAllBytes(), UTF_8))
          .startsWith("HTTP/1.1 200 ")
          .endsWith("<p>hello");
    }
  }

  // ---------------------------------------------------------------- what doesn't

  @Test
  void aClientTrustsTheSystemsAuthoritiesByDefault() {
    fixture.start(client("wss://localhost:%d/", start()));

    assertThat(failure()).contains("the TLS handshake failed", "valid certification path");
    assertThat(atServer.sessions()).isZero();
  }

  @Test
  void theNameInTheUriIsVerified() {
    fixture.start(client("wss://127.0.0.1:%d/", start()).tls(trust()));

    assertThat(failure()).contains("the TLS handshake failed", "127.0.0.1");
    assertThat(atServer.sessions()).isZero();
  }

  @Test
  void aTlsClientReportsAServerWithoutTls() {
    Server<String> server = fixture.start(plain(WebSocketOptions.defaults()));
    fixture.start(client("wss://localhost:%d/", server).tls(trust()));

    assertThat(failure()).contains("the peer doesn't use TLS");
    assertThat(serverObserver.awaitRejections(1).getFirst().reason())
        .isEqualTo(RejectReason.HANDSHAKE_FAILED);
  }

  @Test
  void aTlsServerClosesAClientWithoutTls() {
    Server<String> server = start();
    fixture.start(client("ws://localhost:%d/", server));

    clientObserver.awaitFailures(1);
    serverObserver.awaitRejections(1);
    assertThat(serverObserver.handshakeFailures.getFirst())
        .hasMessageContaining("the peer doesn't use TLS");
  }

  @Test
  void aRefusedHandshakeIsReportedOverTls() {
    Server<String> server = start(WebSocketOptions.defaults().withPaths("/other"));
    fixture.start(client("wss://localhost:%d/path", server).tls(trust()));

    assertThat(failure()).contains("wss://localhost:", "404");
  }

  @Test
  void tlsContradictsAUriThatIsNotEncrypted() {
    ClientBuilder<String> builder =
        Client.webSocket("ws://localhost/").codec(Codecs.whole(Bodies.utf8()));
    assertThatIllegalStateException()
        .isThrownBy(() -> builder.tls(ClientTls.systemTrust()))
        .withMessageContaining("connect to wss://");
  }

  private static byte[] request(Server<?> server) {
    return """
    GET / HTTP/1.1\r
    Host: localhost:%d\r
    Connection: Upgrade\r
    Upgrade: websocket\r
    Sec-WebSocket-Version: 13\r
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
    \r
    """
        .formatted(server.port())
        .getBytes(US_ASCII);
  }

  private static String readHeaders(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder headers = new StringBuilder();
    while (headers.indexOf("\r\n\r\n") < 0) {
      headers.append((char) in.read());
    }
    return headers.toString();
  }
}
