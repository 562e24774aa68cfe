package io.gannet.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.test.FakeTime;
import io.gannet.testkit.RawPeer;
import io.gannet.testkit.RawServer;
import io.netty.handler.ssl.OpenSsl;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** TLS: which peers are accepted, the errors for others, and how connections end. */
class TlsTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  @TempDir Path directory;

  private Certificates certificates;
  private final RecordingObserver atServer = new RecordingObserver();
  private final RecordingObserver atClient = new RecordingObserver();
  private RecordingListener<String> serverListener;
  private RecordingListener<String> clientListener;

  @BeforeEach
  void issue() {
    certificates = new Certificates(directory);
    serverListener = fixture.echo();
    clientListener = fixture.listener();
  }

  @Test
  void theEngineIsOpenSslIfAvailableAndElseTheJdks() {
    assertThat(OpenSsl.isAvailable()).isEqualTo(Boolean.getBoolean("gannet.test.openssl"));
  }

  private TlsIdentity identity() {
    return certificates.issue(Certificates::forThisMachine);
  }

  private ClientTls trust() {
    return ClientTls.trusting(certificates.authority());
  }

  private Server<String> start(ServerTls tls) {
    return fixture.start(fixture.server().tls(tls).observer(atServer).listener(serverListener));
  }

  private Client<String> connect(Server<String> server, ClientTls tls) {
    return connect(server, "127.0.0.1", tls);
  }

  private Client<String> connect(Server<String> server, String host, ClientTls tls) {
    return fixture.start(
        Client.tcp(host, server.port())
            .codec(new TextCodec())
            .tls(tls)
            .noReconnect()
            .observer(atClient)
            .listener(clientListener));
  }

  private void assertEchoes(Client<String> client) {
    int before = clientListener.messages().size();
    client.session(Fixture.SOON).send("hello");
    assertThat(clientListener.awaitMessages(before + 1)).contains("hello");
  }

  private static TlsInfo tls(Session<String> session) {
    return Objects.requireNonNull(session.connection().tls());
  }

  /** The client never has a session, and both sides report why. */
  private void assertCertificateRefused(String toClient) {
    assertThat(atClient.awaitFailures(1).getFirst().cause()).hasMessageContaining(toClient);
    assertThat(atServer.awaitRejections(1).getFirst().reason())
        .isEqualTo(RejectReason.HANDSHAKE_FAILED);
    // OpenSSL's engine reports only a refusal to the server, without the reason.
    assertThat(atServer.handshakeFailures.getFirst())
        .message()
        .contains(OpenSsl.isAvailable() ? "ALERT" : "certificate");
    assertThat(serverListener.sessions()).isZero();
  }

  // ---------------------------------------------------------------- what works

  @ParameterizedTest
  @EnumSource
  void bothSidesSeeTheNegotiatedParameters(TlsVersion version) {
    X509Bundle bundle = certificates.bundle(Certificates::forThisMachine);
    Server<String> server = start(ServerTls.of(certificates.pem(bundle)));
    assertEchoes(connect(server, "localhost", trust().withVersions(version)));

    TlsInfo client = tls(clientListener.awaitSession());
    assertThat(client.version()).isEqualTo(version);
    assertThat(client.peerCertificates().getFirst()).isEqualTo(bundle.getCertificate());
    TlsInfo peer = tls(serverListener.awaitSession());
    assertThat(peer.version()).isEqualTo(version);
    assertThat(peer.cipherSuite()).isEqualTo(client.cipherSuite()).startsWith("TLS_");
    assertThat(peer.serverName()).isEqualTo("localhost");
    assertThat(peer.peerCertificates()).isEmpty();
  }

  @Test
  void keysMayHaveAnyFormat() {
    X509Bundle rsa = certificates.bundle(builder -> Certificates.forThisMachine(builder).rsa2048());
    X509Bundle ec = certificates.bundle(Certificates::forThisMachine);
    for (TlsIdentity identity :
        List.of(
            certificates.pem(rsa),
            certificates.encryptedPem(rsa, "secret"),
            certificates.encryptedPem(ec, "secret"),
            certificates.pkcs12(rsa, "secret"),
            certificates.pkcs12(ec, "secret"))) {
      assertEchoes(connect(start(ServerTls.of(identity)), trust()));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aServerSeesTheCertificateOfItsClient(TlsVersion version) {
    X509Bundle bundle = certificates.bundle(builder -> builder.subject("CN=device 7"));
    Server<String> server =
        start(ServerTls.of(identity()).withClientCertificates(certificates.authority()));

    assertEchoes(
        connect(server, trust().withIdentity(certificates.pem(bundle)).withVersions(version)));

    assertThat(tls(serverListener.awaitSession()).peerCertificates().getFirst())
        .isEqualTo(bundle.getCertificate());
  }

  @Test
  void anOptionalCertificateMayBeMissing() {
    Server<String> server =
        start(ServerTls.of(identity()).withOptionalClientCertificates(certificates.authority()));

    assertEchoes(connect(server, trust()));

    assertThat(tls(serverListener.awaitSession()).peerCertificates()).isEmpty();
  }

  @Test
  void aClientGetsTheCertificateOfTheNameItAsksFor() {
    X509Bundle first = certificates.bundle(builder -> builder.addSanDnsName("one.example"));
    X509Bundle second = certificates.bundle(builder -> builder.addSanDnsName("www.two.example"));
    Server<String> server = start(ServerTls.of(certificates.pem(first), certificates.pem(second)));

    List<Object> shown = new ArrayList<>();
    for (ClientTls tls :
        List.of(
            trust().withServerName("one.example"),
            trust().withServerName("www.two.example"),
            trust().withoutNameVerification())) {
      Client<String> client = connect(server, tls);
      assertEchoes(client);
      shown.add(tls(client.session()).peerCertificates().getFirst());
    }

    assertThat(shown)
        .containsExactly(first.getCertificate(), second.getCertificate(), first.getCertificate());
  }

  @Test
  void certificatesAreRenewedWithoutARestart() throws IOException {
    FakeTime time = FakeTime.create();
    X509Bundle old = certificates.bundle(Certificates::forThisMachine);
    X509Bundle renewed = certificates.bundle(Certificates::forThisMachine);
    TlsIdentity.PemFiles files = certificates.pem(old);
    Server<String> server =
        fixture.start(
            fixture
                .server()
                .tls(ServerTls.of(files))
                .time(Fixture.timeOf(time))
                .listener(serverListener));
    Client<String> before = connect(server, trust());
    assertEchoes(before);

    TlsIdentity.PemFiles replacement = certificates.pem(renewed);
    Files.move(replacement.key(), files.key(), StandardCopyOption.REPLACE_EXISTING);
    // A connection accepted now finds a key that doesn't match the certificate.
    time.advance(Duration.ofSeconds(10));
    assertEchoes(connect(server, trust()));
    Files.move(
        replacement.certificates(), files.certificates(), StandardCopyOption.REPLACE_EXISTING);

    await()
        .until(() -> {
          time.advance(Duration.ofSeconds(10));
          Client<String> after = connect(server, trust());
          assertEchoes(after);
          return tls(after.session(Fixture.SOON))
              .peerCertificates()
              .getFirst()
              .equals(renewed.getCertificate());
        });
    assertEchoes(before);
    assertThat(before.session().connection().tls()).isNotNull();
  }

  // ---------------------------------------------------------------- what is refused

  @Test
  void aCertificateForAnotherHostIsRefused() {
    Server<String> server =
        start(ServerTls.of(certificates.issue(builder -> builder.addSanDnsName("other.example"))));

    connect(server, "localhost", trust());

    assertCertificateRefused("localhost");
  }

  @Test
  void anExpiredCertificateIsRefused() {
    Server<String> server =
        start(
            ServerTls.of(
                certificates.issue(builder ->
                    Certificates.forThisMachine(builder)
                        .notBefore(Instant.now().minus(Duration.ofDays(2)))
                        .notAfter(Instant.now().minus(Duration.ofDays(1))))));

    connect(server, trust());

    assertCertificateRefused(OpenSsl.isAvailable() ? "NotAfter" : "expired");
  }

  @Test
  void anUnknownAuthorityIsRefused() {
    Server<String> server = start(ServerTls.of(identity()));

    connect(server, ClientTls.systemTrust());

    assertCertificateRefused("unable to find valid certification path");
  }

  @Test
  void aClientWithoutARequiredCertificateIsRefused() {
    Server<String> server =
        start(ServerTls.of(identity()).withClientCertificates(certificates.authority()));

    connect(server, trust().withVersions(TlsVersion.TLS_1_2));

    // Which of them depends on the engine, and on the version of the JDK.
    assertThat(atClient.awaitFailures(1).getFirst().cause())
        .hasMessageContaining("TLS handshake failed")
        .message()
        .containsPattern("(?i)certificate_required|bad_certificate|handshake_failure");
    atServer.awaitRejections(1);
    assertThat(atServer.handshakeFailures.getFirst()).message().containsIgnoringCase("certificate");
    assertThat(serverListener.sessions()).isZero();
  }

  @Test
  void withTls13AClientWithoutItsCertificateOpensBeforeItIsRefused() {
    Server<String> server =
        start(ServerTls.of(identity()).withClientCertificates(certificates.authority()));

    connect(server, trust());

    CloseReason reason = clientListener.awaitClose();
    assertThat(reason.kind()).isEqualTo(CloseReason.Kind.CONNECTION_LOST);
    assertThat(reason.message()).containsPattern("(?i)certificate_required|bad_certificate");
    atServer.awaitRejections(1);
    assertThat(atServer.handshakeFailures.getFirst()).message().containsIgnoringCase("certificate");
    assertThat(serverListener.sessions()).isZero();
  }

  @Test
  void aTls10ClientReceivesAnAlertAboutItsVersion() {
    Server<String> server = start(ServerTls.of(identity()));
    RawPeer peer = fixture.connect(server);

    peer.write(Tls10.clientHello());

    byte[] alert = peer.readExactly(7);
    assertThat(alert[0]).as("an alert").isEqualTo((byte) 21);
    assertThat(alert[5]).as("fatal").isEqualTo((byte) 2);
    assertThat(alert[6]).as("protocol_version").isEqualTo((byte) 70);
    peer.expectGone(Fixture.SOON);
    atServer.awaitRejections(1);
    assertThat(atServer.handshakeFailures.getFirst()).message().containsIgnoringCase("protocol");
  }

  @Test
  void anIncompleteClientHelloIsRefusedAfterTenSeconds() {
    FakeTime time = FakeTime.create();
    Server<String> server =
        fixture.start(
            fixture
                .server()
                .tls(ServerTls.of(identity()))
                .time(Fixture.timeOf(time))
                .observer(atServer)
                .listener(serverListener));
    RawPeer peer = fixture.connect(server);
    byte[] hello = Tls10.clientHello();
    peer.write(Arrays.copyOf(hello, hello.length / 2));
    await().until(() -> time.pending() > 0);

    time.advance(Duration.ofSeconds(10).minusMillis(1));
    assertThat(atServer.rejections()).isEmpty();
    time.advance(Duration.ofMillis(1));

    peer.expectGone(Fixture.SOON);
    assertThat(atServer.awaitRejections(1).getFirst().reason())
        .isEqualTo(RejectReason.HANDSHAKE_TIMEOUT);
    assertThat(server.sessionCount()).isZero();
  }

  @Test
  void aPeerThatSpeaksNoTlsIsRefused() {
    Server<String> server = start(ServerTls.of(identity()));
    RawPeer peer = fixture.connect(server);

    peer.writeText("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");

    peer.expectGone(Fixture.SOON);
    atServer.awaitRejections(1);
    assertThat(atServer.handshakeFailures.getFirst())
        .hasMessageContaining("the peer doesn't use TLS");
  }

  @Test
  void aClientWithoutTlsIsClosed() {
    Server<String> server = start(ServerTls.of(identity()));
    Client<String> client =
        fixture.start(fixture.client(server.port()).noReconnect().listener(clientListener));

    client.session(Fixture.SOON).send("hello");

    clientListener.awaitClose();
    atServer.awaitRejections(1);
    assertThat(atServer.handshakeFailures.getFirst())
        .hasMessageContaining("the peer doesn't use TLS");
  }

  @Test
  void theFailureNamesAServerWithoutTls() {
    try (RawServer server = RawServer.start()) {
      fixture.start(
          fixture
              .client(server.port())
              .tls(trust())
              .noReconnect()
              .observer(atClient)
              .listener(clientListener));
      fixture.closing(server.accept()).writeText("220 welcome\r\n");

      assertThat(atClient.awaitFailures(1).getFirst().cause())
          .hasMessageContaining("the peer doesn't use TLS");
    }
  }

  // ---------------------------------------------------------------- how it ends

  @ParameterizedTest
  @EnumSource
  void aDrainLosesNothing(TlsVersion version) {
    int count = 2000;
    List<String> texts = IntStream.range(0, count).mapToObj("text %d"::formatted).toList();
    Server<String> server =
        fixture.start(
            fixture
                .server()
                .tls(ServerTls.of(identity()))
                .listener(fixture.listener().whenOpen(session -> texts.forEach(session::send))));
    connect(server, trust().withVersions(version));
    clientListener.awaitSession();
    await().until(() -> !server.sessions().isEmpty());

    StopReport report = server.stop(StopMode.DRAIN_AND_WAIT);

    assertThat(report.cut()).isZero();
    assertThat(clientListener.awaitClose().kind()).isEqualTo(CloseReason.Kind.PEER_CLOSED);
    assertThat(clientListener.messages()).isEqualTo(texts);
    assertThat(clientListener.errors()).isEmpty();
  }

  @Test
  void aConnectionThatEndsWithoutCloseNotifyIsLost() throws Exception {
    Server<String> server = start(ServerTls.of(identity()));
    try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      SSLSocket socket = certificates.handshake(plain);
      socket.getOutputStream().write(TextCodec.frames("hello"));
      serverListener.awaitMessages(1);
      // A cut cable or an attacker can end the TCP connection without ending TLS.
      plain.shutdownOutput();

      CloseReason reason = serverListener.awaitClose();
      assertThat(reason.kind()).isEqualTo(CloseReason.Kind.CONNECTION_LOST);
      assertThat(reason.message()).contains("close_notify");
    }
  }

  @Test
  @Tag("half-closed-tls") // OpenSSL's engine ends both sides at once
  void aPeerThatHasEndedItsSideStillGetsItsAnswers() throws Exception {
    Server<String> server = start(ServerTls.of(identity()));
    try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), server.port());
        SSLSocket socket = certificates.handshake(plain)) {
      socket.getOutputStream().write(TextCodec.frames("one", "two"));
      socket.shutdownOutput(); // close_notify

      assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
          .isEqualTo(new String(TextCodec.frames("one", "two"), UTF_8));
      assertThat(serverListener.awaitClose().kind()).isEqualTo(CloseReason.Kind.PEER_CLOSED);
    }
  }

  // ---------------------------------------------------------------- settings that can't work

  @Test
  void theFailureAtTheStartNamesUnusableFiles() {
    X509Bundle bundle = certificates.bundle(Certificates::forThisMachine);
    TlsIdentity.PemFiles good = certificates.pem(bundle);
    TlsIdentity.PemFiles encrypted = certificates.encryptedPem(bundle, "secret");
    Path key = encrypted.key();
    Path missing = directory.resolve("missing.pem");

    assertUnusable(TlsIdentity.pem(missing, key), "missing.pem");
    assertUnusable(
        TlsIdentity.pem(good.certificates(), good.certificates()), "has no private key in PEM");
    assertUnusable(TlsIdentity.pem(good.key(), key), "has no certificate in PEM");
    assertUnusable(TlsIdentity.pem(encrypted.certificates(), key), "set its password");
    assertUnusable(
        TlsIdentity.pem(encrypted.certificates(), key, "wrong"),
        "the password of %s is wrong".formatted(key));
    assertUnusable(
        TlsIdentity.pem(good.certificates(), certificates.issue(CertificateBuilder::rsa2048).key()),
        "does not belong to the certificate");
    assertUnusable(
        TlsIdentity.pkcs12(certificates.pkcs12(bundle, "secret").file(), "wrong"), "password");
    assertThat(encrypted.toString() + certificates.pkcs12(bundle, "secret"))
        .doesNotContain("secret");
  }

  private void assertUnusable(TlsIdentity identity, String why) {
    assertThatThrownBy(() -> start(ServerTls.of(identity)))
        .isInstanceOf(TransportException.class)
        .hasMessageContaining(why);
  }

  @Test
  void unixSocketsHaveNoNameToVerify() {
    ClientBuilder<String> builder =
        Client.unix(directory.resolve("it.sock").toString())
            .codec(new TextCodec())
            .listener(clientListener);

    assertThatIllegalStateException()
        .isThrownBy(() -> builder.tls(trust()).start())
        .withMessageContaining("withServerName");

    fixture.start(
        Server.unix(directory.resolve("it.sock").toString())
            .codec(new TextCodec())
            .tls(ServerTls.of(identity()))
            .listener(serverListener));
    assertEchoes(fixture.start(builder.tls(trust().withServerName("localhost"))));
  }

  /** The hello of a client of 1999. */
  private static final class Tls10 {
    static byte[] clientHello() {
      byte[] body = new byte[2 + 32 + 1 + 2 + 4 + 2];
      body[0] = 3;
      body[1] = 1; // TLS 1.0
      int at = 2 + 32 + 1; // 32 random bytes, no session
      body[at + 1] = 4; // two cipher suites
      body[at + 3] = 0x2F; // TLS_RSA_WITH_AES_128_CBC_SHA
      body[at + 5] = 0x35; // TLS_RSA_WITH_AES_256_CBC_SHA
      body[at + 6] = 1; // one compression method: none
      byte[] record = new byte[5 + 4 + body.length];
      record[0] = 22; // handshake
      record[1] = 3;
      record[2] = 1;
      record[4] = (byte) (4 + body.length);
      record[5] = 1; // ClientHello
      record[8] = (byte) body.length;
      System.arraycopy(body, 0, record, 9, body.length);
      return record;
    }
  }
}
