package io.gannet.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.testkit.SelfSigned;
import io.gannet.transport.Backoff;
import io.gannet.transport.Client;
import io.gannet.transport.ClientBuilder;
import io.gannet.transport.ClientTls;
import io.gannet.transport.Server;
import io.gannet.transport.ServerBuilder;
import io.gannet.transport.ServerTls;
import io.gannet.transport.StopMode;
import io.gannet.transport.TlsIdentity;
import io.gannet.transport.TransportException;
import io.gannet.transport.WebSocketOptions;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Calls over TLS, directly and below WebSocket. */
class EncryptedCallTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  @TempDir Path directory;

  interface Greeter {
    String hello(String name);
  }

  interface Guest {
    String name(String language);
  }

  private ServerTls serverTls;
  private ClientTls clientTls;

  @BeforeEach
  void issueCertificate() throws Exception {
    SelfSigned certificate = SelfSigned.in(directory);
    serverTls = ServerTls.of(TlsIdentity.pem(certificate.certificateFile(), certificate.keyFile()));
    clientTls = ClientTls.trusting(certificate.certificateFile());
  }

  private RpcServer serve(ServerBuilder.NeedsCodec transport) {
    Greeter greeter =
        name -> {
          RpcPeer peer = CallContext.current().orElseThrow().peer();
          assertThat(peer.session().connection().tls()).isNotNull();
          return "hello " + name + " " + peer.proxy(Guest.class).name("en");
        };
    return fixture.start(
        RpcServer.over(transport)
            .service(Greeter.class, greeter)
            .transport(settings -> settings.tls(serverTls)));
  }

  private void assertCallsWork(ClientBuilder.NeedsCodec transport) {
    RpcClient client =
        fixture.start(
            RpcClient.over(transport)
                .service(Guest.class, language -> "Lovelace")
                .transport(settings -> settings.tls(clientTls)));
    assertThat(client.proxy(Greeter.class).hello("Ada")).isEqualTo("hello Ada Lovelace");
  }

  @Test
  void callsInBothDirectionsOverTls() {
    assertCallsWork(Client.tcp("localhost", serve(Server.tcp("localhost", 0)).port()));
  }

  @Test
  void callsInBothDirectionsOverSecureWebSocket() {
    RpcServer server = serve(Server.webSocket("localhost", 0, WebSocketOptions.defaults()));
    assertCallsWork(Client.webSocket("wss://localhost:" + server.port() + "/rpc"));
  }

  @Test
  void callsInBothDirectionsOverAStreamInTheMessagesOfSecureWebSocket() {
    WebSocketOptions options = WebSocketOptions.defaults().withStream();
    RpcServer server = serve(Server.webSocket("localhost", 0, options));
    URI uri = URI.create("wss://localhost:" + server.port() + "/rpc");
    assertCallsWork(Client.webSocket(uri, options));
  }

  @Test
  void aServerThatIsNotTrustedIsNotCalled() {
    RpcServer server = serve(Server.tcp("localhost", 0));
    RpcClient client =
        fixture.start(
            RpcClient.over(Client.tcp("localhost", server.port()))
                .connectionWait(Duration.ofMillis(500))
                .transport(settings -> settings.tls(ClientTls.systemTrust())));
    assertThatThrownBy(() -> client.proxy(Greeter.class).hello("Ada"))
        .isInstanceOfSatisfying(
            RpcException.class,
            e -> {
              assertThat(e.code()).isEqualTo(RpcCode.UNAVAILABLE);
              assertThat(e.notStarted()).isTrue();
            });
  }

  @Test
  void updatedCertificatesAndTrustApplyToNewConnections() throws Exception {
    RpcServer server = serve(Server.tcp("localhost", 0));
    RpcClient client =
        fixture.start(
            RpcClient.over(Client.tcp("localhost", server.port()))
                .service(Guest.class, language -> "Lovelace")
                .connectionWait(Duration.ofSeconds(10))
                .transport(settings ->
                    settings
                        .reconnect(Backoff.fixed(Duration.ofMillis(20)))
                        .tls(ClientTls.systemTrust())));

    client.updateTls(clientTls);
    assertThat(client.proxy(Greeter.class).hello("Ada")).isEqualTo("hello Ada Lovelace");

    issueCertificate(); // and trust in it
    server.updateTls(serverTls);
    client.updateTls(clientTls);
    client.connections().forEach(peer -> peer.session().close(StopMode.NOW));
    assertThat(client.proxy(Greeter.class).hello("Ada")).isEqualTo("hello Ada Lovelace");
  }

  @Test
  void updateTlsIsRefusedWithoutTls() {
    RpcServer server = fixture.start(RpcServer.over(Server.tcp("localhost", 0)));
    RpcClient client = fixture.start(RpcClient.over(Client.tcp("localhost", server.port())));

    assertThatIllegalStateException().isThrownBy(() -> server.updateTls(serverTls));
    assertThatIllegalStateException().isThrownBy(() -> client.updateTls(clientTls));
  }

  @Test
  void updatedTrustOfAClusterAppliesToAllInstances() throws Exception {
    RpcServer first = serve(Server.tcp("localhost", 0));
    RpcServer second = serve(Server.tcp("localhost", 0));
    PublishedDirectory directory = Directory.published("Greeter");
    directory.publish(List.of(instance("first", first)));
    RpcCluster cluster =
        fixture.start(
            RpcClient.over(directory)
                .service(Guest.class, language -> "Lovelace")
                .transport(settings -> settings.reconnect(Backoff.fixed(Duration.ofMillis(20)))));
    await().until(() -> reason(cluster, "first").contains("failed"));

    cluster.updateTls(clientTls);
    assertThat(cluster.awaitReady(1, Duration.ofSeconds(10))).isTrue();

    directory.publish(List.of(instance("first", first), instance("second", second)));
    assertThat(cluster.awaitReady(2, Duration.ofSeconds(10))).isTrue();
    assertThatThrownBy(
            () -> cluster.updateTls(ClientTls.trusting(this.directory.resolve("missing"))))
        .isInstanceOf(TransportException.class)
        .hasMessageContaining("missing");
    cluster.connections().forEach(peer -> peer.session().close(StopMode.NOW));
    await().until(() -> cluster.connections().size() == 2);
    assertThat(cluster.proxy(Greeter.class).hello("Ada")).isEqualTo("hello Ada Lovelace");
  }

  @Test
  void anUnusableInstanceIsTriedAgainWithTheUpdatedTrust() throws Exception {
    RpcServer server = serve(Server.tcp("localhost", 0));
    RpcCluster cluster =
        fixture.start(
            RpcClient.over(Directory.of("Greeter", List.of(instance("only", server))))
                .tls(ClientTls.trusting(directory.resolve("missing"))));
    await()
        .until(() ->
            cluster.instances().stream()
                .anyMatch(one -> one.state() == InstanceStatus.State.UNUSABLE));

    cluster.updateTls(clientTls);

    assertThat(cluster.awaitReady(1, Duration.ofSeconds(10))).isTrue();
  }

  private static Instance instance(String id, RpcServer server) {
    return Instance.of("Greeter", "tls", "localhost:" + server.port()).withId(id);
  }

  private static String reason(RpcCluster cluster, String id) {
    return cluster.instances().stream()
        .filter(one -> one.instance().id().equals(id))
        .map(one -> String.valueOf(one.reason()))
        .findFirst()
        .orElse("not there yet");
  }
}
