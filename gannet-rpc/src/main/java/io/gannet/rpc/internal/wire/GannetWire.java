package io.gannet.rpc.internal.wire;

import io.gannet.transport.Codec;

/** Gannet's own protocol, described in docs/wire-protocol.md. */
public final class GannetWire implements Wire {

  /** The lowest supported version. */
  public static final int LOWEST_VERSION = 1;

  /** The highest supported version. */
  public static final int HIGHEST_VERSION = 1;

  private final GannetReader reader;
  private final GannetWriter writer;

  /**
   * Creates the protocol.
   *
   * @param limits the limits of parts of a frame
   */
  public GannetWire(WireLimits limits) {
    this.reader = new GannetReader(limits);
    this.writer = new GannetWriter(limits);
  }

  @Override
  public Codec<Frame> newCodec() {
    return new GannetCodec(reader, writer);
  }

  @Override
  public boolean begins(byte[] first) {
    return first[GannetFormat.TYPE_AT] == GannetFormat.HELLO;
  }

  @Override
  public boolean greets() {
    return true;
  }

  @Override
  public boolean cancels() {
    return true;
  }

  @Override
  public boolean streams() {
    return true;
  }

  @Override
  public String toString() {
    return "gannet";
  }

  @Override
  public boolean saysGoodbye() {
    return true;
  }
}
