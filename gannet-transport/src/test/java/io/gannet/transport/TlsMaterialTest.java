package io.gannet.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** TLS without files, replaced certificates, server names, and application protocols. */
class TlsMaterialTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  @TempDir Path directory;

  private final RecordingObserver atClient = new RecordingObserver();
  private final RecordingObserver atServer = new RecordingObserver();
  private Certificates certificates;
  private X509Bundle bundle;

  @BeforeEach
  void issue() {
    certificates = new Certificates(directory);
    bundle = certificates.bundle(Certificates::forThisMachine);
  }

  private ClientTls trust() {
    return ClientTls.trusting(certificates.authority());
  }

  private Server<String> start(ServerTls tls) {
    return fixture.start(fixture.server().tls(tls).observer(atServer).listener(fixture.echo()));
  }

  private Client<String> connect(String host, Server<String> server, ClientTls tls) {
    return fixture.start(
        Client.tcp(host, server.port())
            .codec(new TextCodec())
            .tls(tls)
            .noReconnect()
            .observer(atClient)
            .listener(fixture.listener()));
  }

  private TlsInfo agreed(Server<String> server, ClientTls tls) {
    Session<String> session = connect("localhost", server, tls).session(Fixture.SOON);
    return Objects.requireNonNull(session.connection().tls());
  }

  // ---------------------------------------------------------------- without files

  @Test
  void aServerUsesACertificateFromMemory() throws Exception {
    for (TlsIdentity identity :
        List.of(
            TlsIdentity.pemText(bundle.getCertificatePathPEM(), bundle.getPrivateKeyPEM()),
            TlsIdentity.pemText(
                bundle.getCertificatePathPEM(),
                Files.readString(certificates.encryptedPem(bundle, "secret").key()),
                "secret"),
            TlsIdentity.keyStore(bundle.toKeyStore("PKCS12", "secret".toCharArray()), "secret"),
            TlsIdentity.keyManager(TlsPeer.keyManagers(bundle)))) {
      assertThat(agreed(start(ServerTls.of(identity)), trust()).peerCertificates())
          .as("%s", identity)
          .first()
          .isEqualTo(bundle.getCertificate());
      assertThat(identity.toString()).doesNotContain("secret").doesNotContain("BEGIN");
    }
  }

  @Test
  void bothSidesVerifyWithCertificatesFromMemory() throws Exception {
    X509Bundle shown = certificates.bundle(builder -> builder.subject("CN=client"));
    X509Bundle stranger =
        new Certificates(Files.createDirectories(directory.resolve("other")))
            .bundle(builder -> builder.subject("CN=client"));
    for (TlsTrust trust :
        List.of(
            TlsTrust.pemText(Files.readString(certificates.authority())),
            TlsTrust.keyStore(certificates.trustStore()),
            TlsTrust.trustManager(certificates.trustManagers()))) {
      ServerTls tls =
          ServerTls.of(
                  TlsIdentity.pemText(bundle.getCertificatePathPEM(), bundle.getPrivateKeyPEM()))
              .withClientCertificates(trust);
      Server<String> server = start(tls);
      ClientTls client = ClientTls.trusting(trust).withVersions(TlsVersion.TLS_1_2);

      agreed(server, client.withIdentity(certificates.pem(shown)));
      connect("localhost", server, client.withIdentity(certificates.pem(stranger)));
    }
    atServer.awaitRejections(3);
    assertThat(atServer.rejections()).hasSize(3);
  }

  @ParameterizedTest
  @EnumSource
  void tlsWorksWithAGivenSslContext(TlsVersion version) throws IOException {
    X509Bundle shown = certificates.bundle(builder -> builder.subject("CN=client"));
    SSLContext context = TlsPeer.context(bundle, certificates.trustManagers());
    Server<String> server =
        start(
            ServerTls.of(context, ServerTls.ClientCertificates.REQUIRED)
                .withApplicationProtocols("echo"));
    ClientTls client =
        ClientTls.of(TlsPeer.context(shown, certificates.trustManagers()))
            .withVersions(version)
            .withApplicationProtocols("echo");

    TlsInfo agreed = agreed(server, client);

    assertThat(agreed.version()).isEqualTo(version);
    assertThat(agreed.applicationProtocol()).isEqualTo("echo");
    assertThatThrownBy(() -> new TlsPeer(certificates, null).visit(server.port(), version))
        .isInstanceOf(IOException.class);
    connect("localhost", server, client.withServerName("elsewhere.example"));
    assertThat(atClient.awaitFailures(1).getFirst().cause()).hasMessageContaining("elsewhere");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> server.updateTls(ServerTls.of(context, ServerTls.ClientCertificates.REQUIRED)))
        .withMessageContaining("create a new one");
  }

  // ---------------------------------------------------------------- replaced

  @ParameterizedTest
  @EnumSource
  void updateTlsAppliesAtOnceAndEarlierSessionsAreNotResumed(TlsVersion version)
      throws IOException {
    Certificates others = new Certificates(Files.createDirectories(directory.resolve("other")));
    ServerTls tls = ServerTls.of(certificates.pem(bundle));
    Server<String> server = start(tls.withClientCertificates(certificates.authority()));
    TlsPeer client =
        new TlsPeer(certificates, certificates.bundle(builder -> builder.subject("CN=one")));
    client.visit(server.port(), version);
    client.visit(server.port(), version);
    assertThat(client.asked()).as("the second time it resumed").isOne();

    server.updateTls(tls.withClientCertificates(others.authority()));
    assertThatThrownBy(() -> client.visit(server.port(), version)).isInstanceOf(IOException.class);
    assertThatThrownBy(
            () -> server.updateTls(tls.withClientCertificates(directory.resolve("missing"))))
        .isInstanceOf(TransportException.class)
        .hasMessageContaining("missing");
    assertThatThrownBy(() -> client.visit(server.port(), version)).isInstanceOf(IOException.class);
    server.updateTls(tls);
    client.visit(server.port(), version);
  }

  @Test
  void aClientUsesItsUpdatedTrust() throws IOException {
    Certificates others = new Certificates(Files.createDirectories(directory.resolve("other")));
    Server<String> server = start(ServerTls.of(others.issue(Certificates::forThisMachine)));
    Client<String> client =
        fixture.start(
            fixture
                .client(server.port())
                .tls(trust())
                .reconnect(Backoff.fixed(Duration.ofMillis(20)))
                .observer(atClient)
                .listener(fixture.listener()));
    atClient.awaitFailures(1);

    client.updateTls(ClientTls.trusting(others.authority()));

    assertThat(client.session(Fixture.SOON).connection().tls()).isNotNull();
  }

  @Test
  void updateTlsIsRefusedWithoutTls() {
    Server<String> server = fixture.start(fixture.server().listener(fixture.echo()));

    assertThatIllegalStateException()
        .isThrownBy(() -> server.updateTls(ServerTls.of(certificates.pem(bundle))))
        .withMessageContaining("does not use TLS");
  }

  // ---------------------------------------------------------------- names

  @Test
  void aVerifiedNameMayEndWithADot() {
    Server<String> server = start(ServerTls.of(certificates.pem(bundle)));

    // Not used as the name to connect to, because not every resolver knows it.
    assertThat(agreed(server, trust().withServerName("localhost.")).peerCertificates())
        .isNotEmpty();

    await().until(() -> !server.sessions().isEmpty());
    assertThat(server.sessions().iterator().next().connection().tls())
        .extracting(TlsInfo::serverName)
        .isEqualTo("localhost");
  }

  @ParameterizedTest
  @CsvSource({
    "my_app, my_app, true",
    "my_app., MY_APP, true",
    "my_app.default, *.default, true",
    "my_app, localhost, false",
    "my_app.a.default, *.default, false",
    "localhost., localhost, true",
    "localhost., my_app, false",
  })
  void aNameWithAnUnderscoreIsVerified(String name, String certified, boolean accepted) {
    Server<String> server =
        start(ServerTls.of(certificates.issue(builder -> withDnsName(builder, certified))));

    Client<String> client = connect("127.0.0.1", server, trust().withServerName(name));

    if (accepted) {
      assertThat(client.session(Fixture.SOON).connection().tls()).isNotNull();
    } else {
      assertThat(atClient.awaitFailures(1).getFirst().cause())
          .hasMessageContaining("the TLS handshake failed")
          .hasMessageContaining(name.replaceFirst("\\.$", ""));
    }
  }

  /** The builder itself rejects underscores. */
  static CertificateBuilder withDnsName(CertificateBuilder builder, String name) {
    byte[] text = name.getBytes(US_ASCII);
    byte[] names =
        ByteBuffer.allocate(4 + text.length)
            .put(new byte[] {0x30, (byte) (text.length + 2), (byte) 0x82, (byte) text.length})
            .put(text)
            .array();
    return builder.addExtensionOctetString("2.5.29.17", false, names);
  }

  @Test
  void theZoneOfAnAddressIsNotVerified() {
    Server<String> server =
        start(ServerTls.of(certificates.issue(builder -> builder.addSanIpAddress("::1"))));

    assertThat(
            connect("127.0.0.1", server, trust().withServerName("::1%lo"))
                .session(Fixture.SOON)
                .connection()
                .tls())
        .isNotNull();
  }

  @Test
  void namesThatNoCertificateCanHaveAreRefusedAtTheStart() {
    Server<String> server = start(ServerTls.of(certificates.pem(bundle)));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> connect("localhost", server, trust().withServerName("my app")))
        .withMessageContaining("my app");
  }

  // ---------------------------------------------------------------- the protocol above

  private static @Nullable String protocol(TlsInfo agreed) {
    return agreed.applicationProtocol();
  }

  @ParameterizedTest
  @EnumSource
  void theServerChoosesTheProtocol(TlsVersion version) {
    Server<String> server =
        start(ServerTls.of(certificates.pem(bundle)).withApplicationProtocols("two", "one"));
    ClientTls client = trust().withVersions(version);

    assertThat(protocol(agreed(server, client.withApplicationProtocols("one", "two"))))
        .isEqualTo("two");
    await().until(() -> !server.sessions().isEmpty());
    assertThat(
            server.sessions().stream()
                .map(session -> protocol(Objects.requireNonNull(session.connection().tls()))))
        .containsOnly("two");
    assertThat(protocol(agreed(server, client))).as("offers none").isNull();
  }

  @ParameterizedTest
  @EnumSource
  @Tag("alpn-refusal") // OpenSSL's engine goes on without a protocol
  void aClientWithoutACommonProtocolIsRefused(TlsVersion version) {
    Server<String> server =
        start(ServerTls.of(certificates.pem(bundle)).withApplicationProtocols("two", "one"));

    connect("localhost", server, trust().withVersions(version).withApplicationProtocols("three"));

    atServer.awaitRejections(1);
    atClient.awaitFailures(1);
  }

  @Test
  void aServerThatDoesNotNegotiateIsVisible() {
    Server<String> server = start(ServerTls.of(certificates.pem(bundle)));

    assertThat(protocol(agreed(server, trust().withApplicationProtocols("one")))).isNull();
  }

  @Test
  void protocolNamesAreLimited() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> trust().withApplicationProtocols("x".repeat(256)))
        .withMessageContaining("1 to 255 bytes");
  }
}
