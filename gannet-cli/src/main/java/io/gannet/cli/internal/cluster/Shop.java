package io.gannet.cli.internal.cluster;

import io.gannet.rpc.Idempotent;

/** What the providers of the cluster offer. */
public interface Shop {

  /**
   * Takes an order, and has the buyer confirm it; must not be repeated, or there would be two.
   *
   * @param order what to call it
   * @return who has taken it, the order, and what the buyer has said
   */
  String order(String order);

  /**
   * Looks up a price.
   *
   * @param item of what
   * @return who has looked, and the item
   */
  @Idempotent
  String price(String item);
}
