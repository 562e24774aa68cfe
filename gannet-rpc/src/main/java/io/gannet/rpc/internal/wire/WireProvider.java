package io.gannet.rpc.internal.wire;

import io.gannet.rpc.RpcWire;
import java.util.ServiceLoader;

/** Creates a protocol that is in a module of its own. Found by {@link ServiceLoader}. */
public interface WireProvider {

  /**
   * What a protocol knows about the endpoint.
   *
   * @param limits the limits of metadata
   * @param window the window of each stream that this side receives
   * @param maxRunningCalls how many calls of the peer may run on one connection at a time
   * @param methods the offered methods
   */
  record Endpoint(
      WireLimits limits, Frame.Window window, int maxRunningCalls, OfferedMethods methods) {}

  /** {@return the protocol that it creates} */
  RpcWire wire();

  /**
   * Creates the protocol of a server.
   *
   * @param server the server
   */
  Wire ofServer(Endpoint server);

  /**
   * Creates the protocol of a client.
   *
   * @param limits the limits of metadata
   * @param window the window of each stream that this side receives
   */
  Wire ofClient(WireLimits limits, Frame.Window window);

  /**
   * {@return the provider of a protocol}
   *
   * @param wire the protocol
   * @param artifact the artifact that has it, for the message if it is missing
   * @throws IllegalStateException if it is missing
   */
  static WireProvider load(RpcWire wire, String artifact) {
    return ServiceLoader.load(WireProvider.class, WireProvider.class.getClassLoader()).stream()
        .map(ServiceLoader.Provider::get)
        .filter(provider -> provider.wire() == wire)
        .findFirst()
        .orElseThrow(() ->
            new IllegalStateException(
                "the protocol %s needs the artifact io.gannet:%s on the class path or module path; jars that are merged must keep META-INF/services"
                    .formatted(wire, artifact)));
  }
}
