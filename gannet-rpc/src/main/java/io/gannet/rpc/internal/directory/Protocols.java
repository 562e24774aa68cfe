package io.gannet.rpc.internal.directory;

import io.gannet.rpc.Instance;

/** What the protocols of instances mean. */
public final class Protocols {

  private Protocols() {}

  /** {@return whether an instance uses TLS} */
  public static boolean isEncrypted(Instance instance) {
    return switch (instance.protocol()) {
      case "tls", "wss", "grpcs" -> true;
      default -> false;
    };
  }

  /** {@return whether it is known that an instance uses the network without TLS} */
  public static boolean isPlaintext(Instance instance) {
    return switch (instance.protocol()) {
      case "tcp", "ws", "grpc" -> true;
      default -> false;
    };
  }

  /** {@return whether an instance is called with gRPC, whatever the protocol of the others is} */
  public static boolean isGrpc(Instance instance) {
    return switch (instance.protocol()) {
      case "grpc", "grpcs" -> true;
      default -> false;
    };
  }
}
