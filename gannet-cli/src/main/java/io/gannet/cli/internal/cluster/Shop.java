package io.gannet.cli.internal.cluster;

import io.gannet.rpc.Idempotent;

/** The service of the cluster's providers. */
public interface Shop {

  /**
   * Takes an order and asks the buyer to confirm it. Must not be retried, because that would order
   * twice.
   *
   * @param order the name of the order
   * @return the name of the provider, the order, and the buyer's answer
   */
  String order(String order);

  /**
   * Looks up a price.
   *
   * @param item the item
   * @return the name of the provider, and the item
   */
  @Idempotent
  String price(String item);
}
