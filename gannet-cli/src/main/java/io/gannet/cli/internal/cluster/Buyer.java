package io.gannet.cli.internal.cluster;

/** The service that the consumer offers to its providers. */
public interface Buyer {

  /**
   * Confirms an order.
   *
   * @param order the order
   * @return a confirmation
   */
  String confirm(String order);
}
