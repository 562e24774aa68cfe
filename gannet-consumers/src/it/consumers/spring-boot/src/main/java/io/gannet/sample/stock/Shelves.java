package io.gannet.sample.stock;

import io.gannet.sample.Orders;
import io.gannet.sample.Stock;
import io.gannet.spring.boot.GannetClient;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** Counts pieces, and tells the service for orders when there are new ones. */
@Component
class Shelves implements Stock {
  private final Orders orders;
  private final Map<String, Integer> pieces = new ConcurrentHashMap<>(Map.of("book", 2));

  Shelves(@GannetClient("orders") Orders orders) {
    this.orders = orders;
  }

  @Override
  public boolean take(String item) {
    int left = pieces.merge(item, -1, Integer::sum);
    if (left < 0) {
      pieces.merge(item, 1, Integer::sum);
    }
    return left >= 0;
  }

  @Override
  public void add(String item, int more) {
    pieces.merge(item, more, Integer::sum);
    orders.restocked(item);
  }
}
