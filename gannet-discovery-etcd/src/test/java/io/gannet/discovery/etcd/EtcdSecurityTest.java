package io.gannet.discovery.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.discovery.Registration;
import io.gannet.discovery.Registry;
import io.gannet.discovery.RegistryException;
import io.gannet.discovery.RegistryOptions;
import io.gannet.discovery.testkit.EtcdCluster;
import io.gannet.discovery.testkit.Lists;
import io.gannet.discovery.testkit.TestCertificates;
import io.gannet.rpc.Directory;
import io.gannet.rpc.Instance;
import io.gannet.rpc.RpcClient;
import io.gannet.rpc.RpcCluster;
import io.gannet.rpc.RpcException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.node.ObjectNode;

/** Encryption and authentication, with a real etcd. */
@Execution(ExecutionMode.CONCURRENT)
class EtcdSecurityTest {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final RegistryOptions PATIENT = RegistryOptions.defaults().withStartTimeout(SOON);
  private static final RegistryOptions IMPATIENT =
      RegistryOptions.defaults().withStartTimeout(Duration.ofSeconds(2));

  /** With a heartbeat every three seconds, before which the files are checked. */
  private static final RegistryOptions RENEWING =
      PATIENT.withSessionTimeout(Duration.ofSeconds(12));

  @TempDir private Path directory;

  private static void roundTrip(String provider, String consumer) throws Exception {
    try (Registry writes = Registry.open(provider, PATIENT);
        Registry reads = Registry.open(consumer, PATIENT)) {
      writes
          .register(Instance.of("Greeter", "tcp", "10.0.0.5:7000").withId("one"))
          .awaitRegistered(SOON);
      Lists.of(reads.watch("Greeter")).await(SOON, "one");
    }
  }

  private static ObjectNode body(String... fields) {
    ObjectNode body = EtcdCluster.body();
    for (int i = 0; i < fields.length; i += 2) {
      body.put(fields[i], fields[i + 1]);
    }
    return body;
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Roles as docs/discovery.md recommends them, and the administrator that etcd insists on. */
  private static void enableAuthentication(EtcdCluster etcd) {
    etcd.request("auth/user/add", body("name", "root", "password", "r"));
    etcd.request("auth/user/grant", body("user", "root", "role", "root"));
    grant(etcd, "provider", "READWRITE");
    grant(etcd, "consumer", "READ");
    etcd.request("auth/enable", EtcdCluster.body());
  }

  private static void grant(EtcdCluster etcd, String name, String type) {
    etcd.request("auth/role/add", body("name", name));
    ObjectNode grant = body("name", name);
    grant
        .putObject("perm")
        .put("permType", type)
        .put("key", base64("/gannet/services/"))
        .put("range_end", base64("/gannet/services0"));
    etcd.request("auth/role/grant", grant);
    etcd.request("auth/user/add", body("name", name, "password", "secret of " + name));
    etcd.request("auth/user/grant", body("user", name, "role", name));
  }

  private static String uri(EtcdCluster etcd, String user, String password) {
    return "etcd://%s:%s@127.0.0.1:%d".formatted(user, password.replace(" ", "%20"), etcd.port(0));
  }

  /** Replaces the authority in the directory, and the certificates of both sides. */
  private TestCertificates issueAll() {
    TestCertificates certificates = new TestCertificates(directory);
    certificates.issue("server", "127.0.0.1");
    certificates.issue("client", "client");
    return certificates;
  }

  private static EtcdCluster identifying(TestCertificates certificates) {
    return EtcdCluster.of(
        1,
        "--cert-file",
        certificates.file("server.crt").toString(),
        "--key-file",
        certificates.file("server.key").toString(),
        "--client-cert-auth",
        "--trusted-ca-file",
        certificates.authority().toString());
  }

  private static String identified(EtcdCluster etcd, TestCertificates certificates) {
    return "etcds://127.0.0.1:%d?ca=%s&cert=%s&key=%s"
        .formatted(
            etcd.port(0),
            certificates.authority(),
            certificates.file("client.crt"),
            certificates.file("client.key"));
  }

  private static void register(Registry registry, String id) throws InterruptedException {
    registry
        .register(Instance.of("Greeter", "tcp", "10.0.0.5:7000").withId(id))
        .awaitRegistered(SOON);
  }

  @Test
  @Timeout(180)
  void replacingCertificatesDuringNormalOperationLosesNoSession() throws Exception {
    TestCertificates certificates = issueAll();
    try (EtcdCluster etcd = identifying(certificates);
        Registry provider = Registry.open(identified(etcd, certificates), RENEWING)) {
      register(provider, "one");
      certificates.issue("server", "127.0.0.1");
      certificates.issue("client", "another-client");
      long requests = provider.stats().requests();
      await().atMost(SOON).until(() -> provider.stats().requests() > requests + 1);
      register(provider, "two");
      assertThat(provider.stats().sessions()).isEqualTo(1);
    }
  }

  @Test
  @Timeout(180)
  void aProviderComesBackByItselfWhenTheAuthorityIsReplaced() throws Exception {
    TestCertificates certificates = issueAll();
    TestCertificates before = certificates.copy(directory.resolve("before"));
    try (EtcdCluster etcd = identifying(certificates);
        Registry provider = Registry.open(identified(etcd, certificates), RENEWING);
        Registry consumer = Registry.open(identified(etcd, certificates), RENEWING)) {
      Lists lists = Lists.of(consumer.watch("Greeter"));
      register(provider, "one");
      lists.await(SOON, "one");
      etcd.kill(0);
      issueAll();
      etcd.start(0);
      register(provider, "two");
      lists.await(SOON, "one", "two");
      assertThat(lists.told())
          .allMatch(list -> list.version() == 1 || Lists.ids(list).contains("one"));
      assertThatThrownBy(() -> Registry.open(identified(etcd, before), IMPATIENT))
          .as("what was there before")
          .isInstanceOf(RegistryException.class);
    }
  }

  @Test
  @Timeout(180)
  void aPasswordThatIsChangedIsReadAgain() throws Exception {
    try (EtcdCluster etcd = EtcdCluster.of(1)) {
      enableAuthentication(etcd);
      Path password = Files.writeString(directory.resolve("password"), "secret of provider\n");
      String uri =
          "etcd://provider@127.0.0.1:%d?password-file=%s".formatted(etcd.port(0), password);
      try (Registry provider = Registry.open(uri, RENEWING)) {
        register(provider, "one");
        String token =
            etcd.request("auth/authenticate", body("name", "root", "password", "r"))
                .path("token")
                .stringValue();
        // Also invalidates the user's tokens. A server that is killed right afterwards may accept
        // the old one again.
        etcd.request(token, "auth/user/changepw", body("name", "provider", "password", "new"));
        long failures = provider.stats().failures();
        Registration two =
            provider.register(Instance.of("Greeter", "tcp", "10.0.0.5:7001").withId("two"));
        await().atMost(SOON).until(() -> provider.stats().failures() > failures);
        assertThat(two.state()).isEqualTo(Registration.State.PENDING);
        Files.writeString(password, "new\n");
        two.awaitRegistered(SOON);
      }
    }
  }

  @Test
  void certificatesAreVerifiedBothWays() throws Exception {
    TestCertificates certificates = issueAll();
    try (EtcdCluster etcd = identifying(certificates)) {
      String uri = "etcds://127.0.0.1:%d?ca=%s".formatted(etcd.port(0), certificates.authority());
      String identified = identified(etcd, certificates);
      roundTrip(identified, identified);
      assertThatThrownBy(() -> Registry.open(uri, IMPATIENT))
          .as("without a certificate")
          .isInstanceOf(RegistryException.class);
      assertThatThrownBy(() -> Registry.open(identified.replaceFirst("ca=[^&]*&", ""), IMPATIENT))
          .as("trusting others")
          .isInstanceOf(RegistryException.class);
    }
  }

  @Test
  void theServersNameIsVerified() throws Exception {
    TestCertificates certificates = new TestCertificates(directory);
    certificates.issue("server", "etcd.example");
    try (EtcdCluster etcd =
        EtcdCluster.of(
            1,
            "--cert-file",
            certificates.file("server.crt").toString(),
            "--key-file",
            certificates.file("server.key").toString())) {
      String uri = "etcds://127.0.0.1:%d?ca=%s".formatted(etcd.port(0), certificates.authority());
      assertThatThrownBy(() -> Registry.open(uri, IMPATIENT)).isInstanceOf(RegistryException.class);
      roundTrip(uri + "&server-name=etcd.example", uri + "&server-name=etcd.example");
    }
  }

  @Test
  void usersAreAuthenticatedAndLimitedToTheirRoles() throws Exception {
    try (EtcdCluster etcd = EtcdCluster.of(1)) {
      enableAuthentication(etcd);
      Path password = Files.writeString(directory.resolve("password"), "secret of consumer\n");
      String consumer =
          "etcd://consumer@127.0.0.1:%d?password-file=%s".formatted(etcd.port(0), password);
      roundTrip(uri(etcd, "provider", "secret of provider"), consumer);
      assertThatThrownBy(() -> Registry.open("etcd://127.0.0.1:" + etcd.port(0), IMPATIENT))
          .isInstanceOf(RegistryException.class);
      assertThatThrownBy(() -> Registry.open(uri(etcd, "provider", "wrong"), IMPATIENT))
          .isInstanceOf(RegistryException.class)
          .message()
          .contains("authentication failed")
          .doesNotContain("wrong");
      try (Registry reads = Registry.open(consumer, PATIENT)) {
        Registration refused = reads.register(Instance.of("Greeter", "tcp", "10.0.0.5:7000"));
        await().atMost(SOON).until(() -> reads.stats().failures() > 0);
        assertThat(refused.state()).isEqualTo(Registration.State.PENDING);
      }
    }
  }

  @Test
  void connectionProblemsAreReportedEvenIfNoThreadWaits() throws Exception {
    try (EtcdCluster etcd = EtcdCluster.of(1)) {
      etcd.request("auth/user/add", body("name", "nobody", "password", "x"));
      enableAuthentication(etcd);
      isSaid("authentication failed", uri(etcd, "consumer", "wrong"));
      isSaid("authentication failed", uri(etcd, "stranger", "x"));
      isSaid("permission denied", uri(etcd, "nobody", "x"));
      isSaid("user name is empty", "etcd://127.0.0.1:" + etcd.port(0));
    }
    isSaid("refused", "etcd://127.0.0.1:1");
  }

  interface Greeter {
    String hello(String name);
  }

  private static void isSaid(String what, String uri) {
    RegistryOptions options = RegistryOptions.defaults().withStartTimeout(Duration.ZERO);
    try (Registry registry = Registry.open(uri, options);
        Directory greeters = registry.watch("Greeter");
        RpcCluster cluster =
            RpcClient.over(greeters).connectionWait(Duration.ofMillis(10)).start()) {
      await().atMost(SOON).until(() -> greeters.status().cause() != null);
      assertThat(registry.status().cause()).as(uri).isNotNull();
      assertThatThrownBy(() -> cluster.proxy(Greeter.class).hello("world"))
          .isInstanceOf(RpcException.class)
          .satisfies(e -> assertThat(chain(e)).containsIgnoringCase(what));
    }
  }

  private static String chain(Throwable e) {
    return e.getCause() == null ? e.toString() : e + " <- " + chain(e.getCause());
  }

  @Test
  void tokensThatEtcdHasForgottenAreRenewed() throws Exception {
    try (EtcdCluster etcd = EtcdCluster.of(1, "--auth-token-ttl", "1")) {
      enableAuthentication(etcd);
      RegistryOptions options =
          RegistryOptions.defaults()
              .withSessionTimeout(Duration.ofSeconds(6))
              .withStartTimeout(SOON);
      try (Registry provider = Registry.open(uri(etcd, "provider", "secret of provider"), options);
          Registry consumer = Registry.open(uri(etcd, "consumer", "secret of consumer"), options)) {
        Lists lists = Lists.of(consumer.watch("Greeter"));
        provider
            .register(Instance.of("Greeter", "tcp", "10.0.0.5:7000").withId("one"))
            .awaitRegistered(SOON);
        lists.await(SOON, "one");
        etcd.kill(0);
        etcd.start(0);
        provider
            .register(Instance.of("Greeter", "tcp", "10.0.0.5:7001").withId("two"))
            .awaitRegistered(SOON);
        lists.await(SOON, "one", "two");
        // Three heartbeats, each with an expired token.
        long requests = provider.stats().requests();
        await().atMost(SOON).until(() -> provider.stats().requests() > requests + 3);
        assertThat(provider.stats().sessions()).isEqualTo(1);
        assertThat(lists.told())
            .allMatch(list -> list.version() == 1 || Lists.ids(list).contains("one"));
      }
    }
  }
}
