package io.gannet.cli.internal.cluster;

/** What the consumer offers to those it buys from. */
public interface Buyer {

  /**
   * Confirms an order.
   *
   * @param order which
   * @return that it is confirmed
   */
  String confirm(String order);
}
