package io.gannet.discovery.zookeeper;

import io.gannet.discovery.testkit.RegistryContract;
import io.gannet.discovery.testkit.RegistryUnderTest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract, on ZooKeeper. */
class ZooKeeperRegistryTest extends RegistryContract {

  private static ZooKeeperNode node;

  @BeforeAll
  static void start() throws Exception {
    node = new ZooKeeperNode();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Override
  protected RegistryUnderTest servers() {
    return node;
  }
}
