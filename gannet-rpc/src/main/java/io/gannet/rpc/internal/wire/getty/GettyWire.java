package io.gannet.rpc.internal.wire.getty;

import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.Wire;
import io.gannet.transport.Codec;

/**
 * The protocol of getty's RPC (github.com/AlexStocks/getty, package rpc). It supports calls,
 * results and heartbeats, but no metadata, deadlines, cancellation or greeting. A failure is only a
 * text.
 */
public final class GettyWire implements Wire {

  private final int maxRunningCalls;

  /**
   * Creates the protocol.
   *
   * @param maxRunningCalls how many calls of the peer may run on one connection at a time
   */
  public GettyWire(int maxRunningCalls) {
    this.maxRunningCalls = maxRunningCalls;
  }

  @Override
  public Codec<Frame> newCodec() {
    return new GettyCodec(maxRunningCalls);
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
