package io.gannet.rpc.internal;

import io.gannet.rpc.Instance;
import io.gannet.transport.Client;
import io.gannet.transport.ClientBuilder;

/** Chooses the transport for an instance by its protocol. */
final class Connectors {

  private Connectors() {}

  /**
   * Returns a client builder for an instance.
   *
   * @throws IllegalArgumentException if the protocol is unknown or the address is invalid for it
   */
  static ClientBuilder.NeedsCodec byProtocol(Instance instance) {
    String address = instance.address();
    return switch (instance.protocol()) {
      case "tcp", "tls", "grpc", "grpcs" -> {
        int colon = address.lastIndexOf(':');
        yield Client.tcp(host(address, colon), port(address, colon));
      }
      case "ws", "wss" -> Client.webSocket(instance.uri().toString());
      case "unix" -> Client.unix(address);
      default ->
          throw new IllegalArgumentException(
              ("the protocol %s is not one of tcp, tls, grpc, grpcs, ws, wss and unix; see"
                      + " RpcClusterBuilder.connector")
                  .formatted(instance.protocol()));
    };
  }

  private static String host(String address, int colon) {
    String host = colon < 1 ? "" : address.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (host.isEmpty() || (!bracketed && host.indexOf(':') >= 0)) {
      throw new IllegalArgumentException(
          "not a host and a port, such as 10.0.0.5:7000 or [fd00::5]:7000: " + address);
    }
    return bracketed ? host.substring(1, host.length() - 1) : host;
  }

  private static int port(String address, int colon) {
    try {
      int port = Integer.parseInt(address.substring(colon + 1));
      if (port > 0 && port <= 65_535) {
        return port;
      }
    } catch (NumberFormatException e) {
      // Reported below.
    }
    throw new IllegalArgumentException("not a port from 1 to 65,535 at the end of " + address);
  }
}
