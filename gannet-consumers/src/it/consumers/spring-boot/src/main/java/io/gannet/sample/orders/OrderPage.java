package io.gannet.sample.orders;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** The shop, for browsers and curl. */
@RestController
class OrderPage {
  private final OrderDesk desk;

  OrderPage(OrderDesk desk) {
    this.desk = desk;
  }

  @PostMapping("/orders/{item}")
  String order(@PathVariable String item) {
    return desk.order(item);
  }

  @GetMapping("/orders/{item}")
  String status(@PathVariable String item) {
    return desk.isWaiting(item) ? "on order" : "nothing on order";
  }
}
