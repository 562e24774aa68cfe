package io.gannet.cli.internal.cluster;

import java.util.concurrent.atomic.LongAdder;

/** The consumer's own service, which the providers call back. */
public final class Confirmations implements Buyer {

  private final LongAdder count = new LongAdder();

  Confirmations() {}

  @Override
  public String confirm(String order) {
    count.increment();
    return "confirmed-" + order;
  }

  /** {@return the number of confirmed orders} */
  public long count() {
    return count.sum();
  }
}
