package io.gannet.discovery.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.gannet.discovery.Registry;
import io.gannet.discovery.RegistryOptions;
import io.gannet.discovery.testkit.EtcdCluster;
import io.gannet.discovery.testkit.RegistryContract;
import io.gannet.discovery.testkit.RegistryUnderTest;
import io.gannet.rpc.Instance;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The contract, on etcd. */
class EtcdRegistryTest extends RegistryContract {

  private static EtcdCluster etcd;

  @BeforeAll
  static void start() {
    etcd = EtcdCluster.of(1);
  }

  @AfterAll
  static void stop() {
    etcd.close();
  }

  @Override
  protected RegistryUnderTest servers() {
    return etcd;
  }

  private static ObjectNode bodyOf(String key) {
    Base64.Encoder base64 = Base64.getEncoder();
    return EtcdCluster.body().put("key", base64.encodeToString(key.getBytes(UTF_8)));
  }

  private static JsonNode entry(String key) {
    return etcd.request("kv/range", bodyOf(key)).path("kvs").path(0);
  }

  @Test
  void anEntryOverwrittenWithOrWithoutItsLeaseIsRepaired() throws Exception {
    RegistryOptions options =
        RegistryOptions.defaults()
            .withAuditPeriod(Duration.ofMillis(300))
            .withStartTimeout(Duration.ofSeconds(20));
    String key = "/audited/services/Greeter/one";
    try (Registry registry = Registry.open(servers().uri("audited"), options)) {
      registry
          .register(Instance.of("Greeter", "tcp", "10.0.0.5:7000").withId("one"))
          .awaitRegistered(Duration.ofSeconds(20));
      JsonNode before = entry(key);
      for (boolean keepsLease : new boolean[] {true, false}) {
        etcd.request(
            "kv/put", bodyOf(key).put("value", "b29wcw==").put("ignore_lease", keepsLease));
        await()
            .atMost(Duration.ofSeconds(20))
            .until(() ->
                entry(key).path("value").equals(before.path("value"))
                    && entry(key).path("lease").equals(before.path("lease")));
      }
    }
  }
}
