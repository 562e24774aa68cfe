package io.gannet.discovery.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.discovery.Registry;
import io.gannet.discovery.RegistryException;
import io.gannet.discovery.RegistryOptions;
import io.gannet.discovery.testkit.Lists;
import io.gannet.discovery.testkit.TestCertificates;
import io.gannet.rpc.Directory;
import io.gannet.rpc.DirectoryStatus;
import io.gannet.rpc.Instance;
import io.gannet.testkit.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Encryption and authentication, with a real server of ZooKeeper. */
@Execution(ExecutionMode.CONCURRENT)
class ZooKeeperSecurityTest {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final RegistryOptions PATIENT = RegistryOptions.defaults().withStartTimeout(SOON);
  private static final RegistryOptions IMPATIENT =
      RegistryOptions.defaults().withStartTimeout(Duration.ofSeconds(2));

  @TempDir private Path directory;

  private static void roundTrip(String uri) throws Exception {
    try (Registry provider = Registry.open(uri, PATIENT);
        Registry consumer = Registry.open(uri, PATIENT)) {
      provider
          .register(Instance.of("Greeter", "tcp", "10.0.0.5:7000").withId("one"))
          .awaitRegistered(SOON);
      Lists.of(consumer.watch("Greeter")).await(SOON, "one");
    }
  }

  private ChildJvm server(TestCertificates certificates) throws Exception {
    return server(certificates, 0);
  }

  private ChildJvm server(TestCertificates certificates, int port) throws Exception {
    return ChildJvm.of(EncryptedZooKeeper.class)
        .jvmOptions(
            "-Dzookeeper.serverCnxnFactory=org.apache.zookeeper.server.NettyServerCnxnFactory",
            "-Dzookeeper.authProvider.x509=org.apache.zookeeper.server.auth.X509AuthenticationProvider",
            "-Dzookeeper.ssl.keyStore.location=" + certificates.file("server.pem"),
            "-Dzookeeper.ssl.keyStore.type=PEM",
            "-Dzookeeper.ssl.trustStore.location=" + certificates.authority(),
            "-Dzookeeper.ssl.trustStore.type=PEM",
            "-Dzookeeper.ssl.clientAuth=need")
        .arguments(
            Files.createDirectories(directory.resolve("data")).toString(), Integer.toString(port))
        .start();
  }

  private static int port(ChildJvm server) {
    return Integer.parseInt(server.awaitLine("listening (\\d+)", SOON).group(1));
  }

  @Test
  void certificatesAreVerifiedBothWays() throws Exception {
    TestCertificates certificates = issueAll();
    try (ChildJvm server = server(certificates)) {
      int port = port(server);
      roundTrip(identified(port, certificates));
      String uri = "zookeepers://127.0.0.1:%d?ca=%s".formatted(port, certificates.authority());
      Path both = certificates.file("client.pem");
      assertThatThrownBy(() -> Registry.open(uri, IMPATIENT))
          .as("without a certificate")
          .isInstanceOf(RegistryException.class);
      assertThatThrownBy(() ->
              Registry.open(
                  uri.replaceFirst("ca=.*", "cert=%s&key=%s".formatted(both, both)), IMPATIENT))
          .as("trusting others")
          .isInstanceOf(RegistryException.class);
      assertThatThrownBy(() ->
              Registry.open(
                  uri
                      + "&cert=%s&key=%s"
                          .formatted(
                              certificates.file("client.crt"), certificates.file("client.key"))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("one file");
    }
  }

  /** Replaces the authority in the directory, and the certificates of both sides. */
  private TestCertificates issueAll() {
    TestCertificates certificates = new TestCertificates(directory);
    certificates.issue("server", "127.0.0.1");
    certificates.issue("client", "client");
    return certificates;
  }

  private static String identified(int port, TestCertificates certificates) {
    Path both = certificates.file("client.pem");
    return "zookeepers://127.0.0.1:%d?ca=%s&cert=%s&key=%s"
        .formatted(port, certificates.authority(), both, both);
  }

  private static void register(Registry registry, String id) throws InterruptedException {
    registry
        .register(Instance.of("Greeter", "tcp", "10.0.0.5:7000").withId(id))
        .awaitRegistered(SOON);
  }

  @Test
  @Timeout(180)
  void aProviderComesBackByItselfWhenTheAuthorityIsReplaced() throws Exception {
    TestCertificates certificates = issueAll();
    TestCertificates before = certificates.copy(directory.resolve("before"));
    RegistryOptions options = PATIENT.withSessionTimeout(Duration.ofSeconds(10));
    ChildJvm first = server(certificates);
    int port = port(first);
    try (first;
        Registry provider = Registry.open(identified(port, certificates), options);
        Registry consumer = Registry.open(identified(port, certificates), options)) {
      Lists lists = Lists.of(consumer.watch("Greeter"));
      register(provider, "one");
      lists.await(SOON, "one");
      first.kill();
      first.awaitExit(SOON);
      try (ChildJvm second = server(issueAll(), port)) {
        port(second);
        register(provider, "two");
        lists.await(SOON, "one", "two");
        assertThatThrownBy(() -> Registry.open(identified(port, before), IMPATIENT))
            .as("what was there before")
            .isInstanceOf(RegistryException.class);
      }
    }
  }

  @Test
  void theServersNameIsVerified() throws Exception {
    TestCertificates certificates = new TestCertificates(directory);
    certificates.issue("server", "zookeeper.example");
    try (ChildJvm server = server(certificates)) {
      Path both = certificates.file("server.pem");
      String uri =
          "zookeepers://127.0.0.1:%d?ca=%s&cert=%s&key=%s"
              .formatted(port(server), certificates.authority(), both, both);
      assertThatThrownBy(() -> Registry.open(uri, IMPATIENT)).isInstanceOf(RegistryException.class);
      assertThatThrownBy(() -> Registry.open(uri + "&server-name=zookeeper.example"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("server-name");
    }
  }

  @Test
  void entriesBelongToTheUserThatWroteThem() throws Exception {
    try (ZooKeeperNode node = new ZooKeeperNode()) {
      Path password = Files.writeString(directory.resolve("password"), "secret\n");
      roundTrip(
          "zookeeper://greeters@127.0.0.1:%d?password-file=%s".formatted(node.port(), password));
      try (Registry other =
          Registry.open("zookeeper://others:x@127.0.0.1:" + node.port(), PATIENT)) {
        Directory directory = other.watch("Greeter");
        await().atMost(SOON).until(() -> directory.status().cause() != null);
        assertThat(directory.status().state()).isEqualTo(DirectoryStatus.State.WAITING);
        assertThat(directory.status().cause()).hasMessageContaining("NoAuth");
      }
    }
  }
}
