package io.gannet.spring.boot.internal;

import io.gannet.rpc.RpcServer;
import io.gannet.rpc.RpcWire;
import java.util.Collection;

/** Which protocols there are. */
final class Wires {

  /** Where {@code gannet-grpc} says that it exists. */
  private static final String GRPC = "META-INF/services/io.gannet.rpc.internal.wire.WireProvider";

  private Wires() {}

  /** {@return whether the artifact {@code gannet-grpc} is present} */
  static boolean hasGrpc() {
    return RpcServer.class.getClassLoader().getResource(GRPC) != null;
  }

  /**
   * Checks that protocols can be used.
   *
   * @throws ConfigurationFailedException if the artifact is missing
   */
  static void check(Collection<RpcWire> wires, String property) {
    if ((wires.contains(RpcWire.GRPC) || wires.contains(RpcWire.HTTP)) && !hasGrpc()) {
      throw new ConfigurationFailedException(
          "%s is %s, but the artifact gannet-grpc is missing.".formatted(property, wires),
          "Add the dependency io.gannet:gannet-grpc.");
    }
  }
}
