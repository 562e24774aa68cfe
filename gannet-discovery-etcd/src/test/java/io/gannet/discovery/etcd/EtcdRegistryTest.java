package io.gannet.discovery.etcd;

import io.gannet.discovery.testkit.EtcdCluster;
import io.gannet.discovery.testkit.RegistryContract;
import io.gannet.discovery.testkit.RegistryUnderTest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

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
}
