package io.gannet.cli.internal.rpc;

import io.gannet.cli.internal.common.Choice;
import io.gannet.rpc.RpcWire;
import java.util.Locale;

/** The wire protocols that a server can offer, the values of {@code --wire}. */
enum ServerWire {
  GANNET(RpcWire.GANNET),
  GRPC(RpcWire.GRPC),
  HTTP(RpcWire.HTTP),
  GETTY(RpcWire.GETTY);

  final RpcWire wire;

  ServerWire(RpcWire wire) {
    this.wire = wire;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads a wire protocol from the command line. */
  static final class Converter extends Choice<ServerWire> {
    Converter() {
      super(values());
    }
  }
}
