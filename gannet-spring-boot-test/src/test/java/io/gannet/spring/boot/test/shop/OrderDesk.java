package io.gannet.spring.boot.test.shop;

import io.gannet.spring.boot.GannetClient;
import org.springframework.stereotype.Component;

@Component
class OrderDesk implements Orders {
  private final Stock stock;

  OrderDesk(@GannetClient("stock") Stock stock) {
    this.stock = stock;
  }

  @Override
  public String order(String item) {
    return "%s: %d".formatted(item, stock.count(item));
  }
}
