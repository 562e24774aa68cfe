package io.gannet.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gannet.testkit.RawPeer;
import java.io.IOException;
import java.nio.file.Path;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Work that a peer can cause inside TLS without sending data. */
class TlsBoundsTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  @TempDir Path directory;

  private final RecordingObserver observer = new RecordingObserver();
  private Certificates certificates;
  private RecordingListener<String> listener;
  private Server<String> server;

  @BeforeEach
  void start() {
    certificates = new Certificates(directory);
    listener = fixture.echo();
    server =
        fixture.start(
            fixture
                .server()
                .tls(ServerTls.of(certificates.issue(Certificates::forThisMachine)))
                .observer(observer)
                .listener(listener));
  }

  private SSLSocket connect(TlsVersion version) throws IOException {
    return new TlsPeer(certificates, null).connect(server.port(), version);
  }

  @Test
  void aSecondHandshakeInTls12IsRefused() throws IOException {
    try (SSLSocket socket = connect(TlsVersion.TLS_1_2)) {
      TlsPeer.echo(socket);

      assertThatThrownBy(
              () -> {
                socket.startHandshake();
                TlsPeer.echo(socket);
              })
          .isInstanceOf(IOException.class);

      CloseReason reason = listener.awaitClose();
      assertThat(reason.kind()).isEqualTo(CloseReason.Kind.CONNECTION_LOST);
      assertThat(reason.message()).containsIgnoringCase("renegotiation");
    }
  }

  @Test
  void keyUpdatesAreLimited() throws IOException {
    try (SSLSocket socket = connect(TlsVersion.TLS_1_3)) {
      TlsPeer.echo(socket);

      try {
        for (int i = 0; i < 1000; i++) {
          socket.startHandshake(); // which is a KeyUpdate, in TLS 1.3
        }
      } catch (IOException e) {
        // The server may have closed before all of them were written.
      }

      assertThat(listener.awaitClose().kind()).isEqualTo(CloseReason.Kind.CONNECTION_LOST);
    }
  }

  @Test
  void aFewKeyUpdatesAreAccepted() throws IOException {
    try (SSLSocket socket = connect(TlsVersion.TLS_1_3)) {
      for (int i = 0; i < 20; i++) {
        TlsPeer.echo(socket);
        socket.startHandshake();
      }
      TlsPeer.echo(socket);
    }
  }

  /** In plain text before the handshake; 90 is user_canceled, 100 no_renegotiation. */
  @ParameterizedTest
  @ValueSource(bytes = {90, 100})
  void warningsBeforeTheHandshakeAreBounded(byte warning) {
    RawPeer peer = fixture.connect(server);
    byte[] alert = {21, 3, 3, 0, 2, 1, warning};
    byte[] alerts = new byte[1000 * alert.length];
    for (int i = 0; i < 1000; i++) {
      System.arraycopy(alert, 0, alerts, i * alert.length, alert.length);
    }

    peer.write(alerts);

    observer.awaitRejections(1);
    peer.expectGone(Fixture.SOON);
  }

  @Test
  void emptyHandshakeFragmentsAreLimited() {
    RawPeer peer = fixture.connect(server);
    byte[] records = new byte[1000 * 5];
    for (int i = 0; i < records.length; i += 5) {
      records[i] = 22;
      records[i + 1] = 3;
      records[i + 2] = 3;
    }

    peer.write(records);

    observer.awaitRejections(1);
    peer.expectGone(Fixture.SOON);
  }

  @Test
  void changeCipherSpecsBeforeTheHandshakeAreLimited() {
    RawPeer peer = fixture.connect(server);
    byte[] record = {20, 3, 3, 0, 1, 1};
    byte[] records = new byte[1000 * record.length];
    for (int i = 0; i < records.length; i++) {
      records[i] = record[i % record.length];
    }

    peer.write(records);

    observer.awaitRejections(1);
    peer.expectGone(Fixture.SOON);
  }
}
