package io.gannet.grpc.internal;

import io.gannet.rpc.internal.wire.Wire;

/** A protocol whose connections exchange {@link Message}s with the session. */
abstract class MessageWire implements Wire {

  @Override
  public final boolean greets() {
    return false;
  }

  @Override
  public final boolean cancels() {
    return true;
  }

  @Override
  public final boolean streams() {
    return true; // HTTP refuses methods with streams, but has metadata before a result
  }

  @Override
  public final boolean saysGoodbye() {
    return true;
  }

  @Override
  public final boolean servesUntilLastCall() {
    return true;
  }
}
