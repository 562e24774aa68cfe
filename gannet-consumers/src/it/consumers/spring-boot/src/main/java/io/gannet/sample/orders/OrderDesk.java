package io.gannet.sample.orders;

import io.gannet.sample.Orders;
import io.gannet.sample.Stock;
import io.gannet.spring.boot.GannetClient;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** Takes pieces from the stock; what is missing waits until the stock says that it is there. */
@Component
class OrderDesk implements Orders {
  private final Stock stock;
  private final Set<String> waiting = ConcurrentHashMap.newKeySet();

  OrderDesk(@GannetClient("stock") Stock stock) {
    this.stock = stock;
  }

  @Override
  public String order(String item) {
    if (stock.take(item)) {
      return "on its way";
    }
    waiting.add(item);
    return "on order";
  }

  @Override
  public void restocked(String item) {
    if (waiting.contains(item) && stock.take(item)) {
      waiting.remove(item);
    }
  }

  boolean isWaiting(String item) {
    return waiting.contains(item);
  }
}
