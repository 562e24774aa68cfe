package io.gannet.cli.internal.rpc;

import io.gannet.cli.internal.common.Choice;
import io.gannet.rpc.RpcWire;
import java.util.Locale;

/** The wire protocols, the values of {@code --wire}. */
enum WireKind {
  GANNET(RpcWire.GANNET),
  GETTY(RpcWire.GETTY);

  final RpcWire wire;

  WireKind(RpcWire wire) {
    this.wire = wire;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads a wire protocol from the command line. */
  static final class Converter extends Choice<WireKind> {
    Converter() {
      super(values());
    }
  }
}
