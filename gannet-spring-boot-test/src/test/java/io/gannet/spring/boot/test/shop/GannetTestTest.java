package io.gannet.spring.boot.test.shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.discovery.Registry;
import io.gannet.rpc.Instance;
import io.gannet.rpc.RpcCluster;
import io.gannet.rpc.RpcServer;
import io.gannet.spring.boot.GannetClient;
import io.gannet.spring.boot.test.GannetTest;
import io.gannet.spring.boot.test.LocalGannetPort;
import io.gannet.transport.Server;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

@GannetTest
class GannetTestTest {
  @Autowired
  @GannetClient("orders")
  private Orders orders;

  @Autowired
  @GannetClient("orders")
  private RpcCluster client;

  @Autowired private Registry registry;

  @LocalGannetPort private int port;

  @Test
  void callsTheApplicationWhichFindsOthersInTheRegistry() throws Exception {
    try (RpcServer stock =
        RpcServer.over(Server.tcp(0)).service(Stock.class, item -> item.length()).start()) {
      Instance instance = Instance.of("stock", "tcp", "localhost:" + stock.port());
      try (AutoCloseable registered = registry.register(instance)) {
        assertThat(orders.order("book")).isEqualTo("book: 4");
        assertThat(client.call("Orders/order", String.class, "pen")).isEqualTo("pen: 3");
        assertThat(registered).isNotNull();
      }
    }
  }

  @Test
  void listensOnAnyFreePort() {
    assertThat(port).isNotEqualTo(7000).isPositive();
    assertThat(client.instances())
        .singleElement()
        .satisfies(one -> assertThat(one.instance().address()).isEqualTo("localhost:" + port));
  }
}
