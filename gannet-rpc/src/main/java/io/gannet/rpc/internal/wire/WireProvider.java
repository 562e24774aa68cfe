package io.gannet.rpc.internal.wire;

import io.gannet.rpc.RpcWire;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Creates a protocol that is in a module of its own. Found by {@link ServiceLoader}. */
public interface WireProvider {

  /**
   * What a protocol knows about the endpoint.
   *
   * @param wires all protocols of the endpoint
   * @param limits the limits of metadata
   * @param window the window of each stream that this side receives
   * @param maxRunningCalls how many calls of the peer may run on one connection at a time
   * @param methods the offered methods
   * @param origins the origins whose pages may call over HTTP, besides the server's own
   * @param hosts the host names by which browsers may call over HTTP, in lower case
   */
  record Endpoint(
      Set<RpcWire> wires,
      WireLimits limits,
      Frame.Window window,
      int maxRunningCalls,
      OfferedMethods methods,
      Set<String> origins,
      Set<String> hosts) {}

  /**
   * What a protocol knows for the services that it adds.
   *
   * @param services the offered services, complete once the server runs
   * @param reflects whether the services may be listed
   * @param isServing whether a service is available, by its name, or the empty name for all of
   *     them; null if that may not be asked
   */
  record Introspection(
      OfferedServices services, boolean reflects, @Nullable Predicate<String> isServing) {}

  /**
   * A service.
   *
   * @param type the interface
   * @param implementation handles the calls
   */
  record Offer(Class<?> type, Object implementation) {}

  /**
   * What a protocol adds to a server.
   *
   * @param offers the services
   * @param beforeDrain called when the server is about to stop
   */
  record Additions(List<Offer> offers, Runnable beforeDrain) {}

  /**
   * {@return what the protocol adds to a server}
   *
   * @param server what it may tell
   */
  default Additions additions(Introspection server) {
    return new Additions(List.of(), () -> {});
  }

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
