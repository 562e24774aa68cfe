package io.gannet.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.test.FakeTime;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** After files have changed, no earlier TLS session is resumed. */
class TlsReloadTest {

  private static final Duration PERIOD = Duration.ofSeconds(10);

  @RegisterExtension final Fixture fixture = new Fixture();

  @TempDir Path directory;

  private final FakeTime time = FakeTime.create();
  private Certificates before;
  private Certificates after;
  private Path trust;

  @BeforeEach
  void issue() throws IOException {
    before = new Certificates(Files.createDirectories(directory.resolve("before")));
    after = new Certificates(Files.createDirectories(directory.resolve("after")));
    trust = Files.copy(before.authority(), directory.resolve("trust.pem"));
  }

  /** Replaces a file in one step. */
  private void replace(Path file, Path with) throws IOException {
    Path beside = Files.copy(with, directory.resolve("new"));
    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private Server<String> start(ServerTls tls) {
    return fixture.start(
        fixture.server().tls(tls).time(Fixture.timeOf(time)).listener(fixture.echo()));
  }

  @ParameterizedTest
  @EnumSource
  void aClientThatIsNoLongerTrustedCannotResume(TlsVersion version) throws IOException {
    Server<String> server =
        start(
            ServerTls.of(before.issue(Certificates::forThisMachine)).withClientCertificates(trust));
    TlsPeer client = new TlsPeer(before, before.bundle(builder -> builder.subject("CN=one")));
    client.visit(server.port(), version);
    client.visit(server.port(), version);
    assertThat(client.asked()).as("the second time it resumed").isOne();

    replace(trust, after.authority());
    time.advance(PERIOD);

    assertThatThrownBy(() -> client.visit(server.port(), version)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> client.visit(server.port(), version)).isInstanceOf(IOException.class);
    TlsPeer other =
        new TlsPeer(before, after.bundle(builder -> builder.subject("CN=one of the others")));
    other.visit(server.port(), version);
    other.visit(server.port(), version);
    assertThat(other.asked()).as("what is trusted now is resumed").isOne();
  }

  @ParameterizedTest
  @EnumSource
  void aRenewedCertificateIsSentToClientsThatCouldResume(TlsVersion version) throws IOException {
    X509Bundle renewed = before.bundle(Certificates::forThisMachine);
    TlsIdentity shown = before.pkcs12(before.bundle(Certificates::forThisMachine), "secret");
    Server<String> server = start(ServerTls.of(shown));
    TlsPeer client = new TlsPeer(before, null);
    client.visit(server.port(), version);

    replace(Path.of(shown.toString()), Path.of(before.pkcs12(renewed, "secret").toString()));
    time.advance(PERIOD);

    assertThat(client.visit(server.port(), version)).isEqualTo(renewed.getCertificate());
  }

  @ParameterizedTest
  @EnumSource
  void aClientDoesNotResumeWithAServerThatIsNoLongerTrusted(TlsVersion version) throws IOException {
    Server<String> server =
        fixture.start(
            fixture
                .server()
                .tls(ServerTls.of(before.issue(Certificates::forThisMachine)))
                .listener(fixture.echo()));
    RecordingListener<String> listener = fixture.listener();
    RecordingObserver observer = new RecordingObserver();
    Client<String> client =
        fixture.start(
            fixture
                .client(server.port())
                .tls(ClientTls.trusting(trust).withVersions(version))
                .time(Fixture.timeOf(time))
                .reconnect(Backoff.fixed(Duration.ofSeconds(1)))
                .observer(observer)
                .listener(listener));
    client.session(Fixture.SOON).send("one"); // a ticket comes no later than the answer
    listener.awaitMessages(1);
    server.sessions().forEach(Session::close);
    awaitReconnect(() -> listener.sessions() == 2);
    client.session(Fixture.SOON).send("two"); // when it is answered, the server has a session too
    listener.awaitMessages(2);

    replace(trust, after.authority());
    time.advance(PERIOD);
    server.sessions().forEach(Session::close);
    awaitReconnect(() -> refused(observer) || listener.sessions() > 2);

    assertThat(listener.sessions()).isEqualTo(2);
  }

  private static boolean refused(RecordingObserver observer) {
    return observer.awaitFailures(0).stream()
        .anyMatch(failure -> failure.cause().toString().contains("certification path"));
  }

  private void awaitReconnect(Callable<Boolean> done) {
    await()
        .until(() -> {
          time.advance(Duration.ofSeconds(1));
          return done.call();
        });
  }
}
