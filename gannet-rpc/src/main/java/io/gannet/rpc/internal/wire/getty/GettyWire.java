package io.gannet.rpc.internal.wire.getty;

import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.Wire;
import io.gannet.transport.Codec;

/**
 * The protocol of getty's RPC (github.com/AlexStocks/getty, package rpc). It knows calls, their results,
 * and heartbeats; no metadata, deadlines, cancelling or greeting, and of failures their text only.
 */
public final class GettyWire implements Wire {

  /** Creates the protocol. */
  public GettyWire() {}

  @Override
  public Codec<Frame> newCodec() {
    return new GettyCodec();
  }

  @Override
  public boolean greets() {
    return false;
  }

  @Override
  public boolean cancels() {
    return false;
  }

  @Override
  public boolean streams() {
    return false;
  }

  @Override
  public boolean saysGoodbye() {
    return false;
  }
}
