package io.gannet.spring.boot.test.shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.spring.boot.GannetClient;
import io.gannet.spring.boot.test.GannetTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.bean.override.convention.TestBean;

@GannetTest(properties = "gannet.clients.stock.address=localhost:1")
class DoubleTest {
  @Autowired
  @GannetClient("orders")
  private Orders orders;

  @TestBean private Stock stock;

  static Stock stock() {
    return item -> 42;
  }

  @Test
  void replacesTheClientOfAnotherApplication() {
    assertThat(orders.order("book")).isEqualTo("book: " + stock.count("book"));
  }
}
