package io.gannet.discovery;

import io.gannet.discovery.internal.spi.RegistryProvider;
import io.gannet.rpc.Directory;
import io.gannet.rpc.Instance;
import io.gannet.rpc.RpcServer;
import java.util.List;

/**
 * A registry, where providers register and consumers find them.
 *
 * <pre>{@code
 * Registry registry = Registry.open("etcd://10.0.0.1:2379,10.0.0.2:2379,10.0.0.3:2379");
 * Registration here = registry.register(Instance.of("Greeter", "tcp", "10.0.0.5:7000"));
 * Directory greeters = registry.watch("Greeter");
 * }</pre>
 *
 * <p>A registry keeps one session with its servers. It recovers from their outages: instances are
 * registered again, watched services are listed again, and until then the last lists are kept. Safe
 * for use by any number of threads.
 */
public interface Registry extends AutoCloseable {

  /**
   * Opens a registry with the default options.
   *
   * @param uri the URI, see {@link RegistryUri}
   * @return the registry
   * @throws IllegalArgumentException if this isn't the URI of a registry, or the module for its
   *     scheme is missing; the message lists the available ones
   * @throws RegistryException if no connection is established in time, see
   *     {@link RegistryOptions#startTimeout}
   */
  static Registry open(String uri) {
    return open(uri, RegistryOptions.defaults());
  }

  /**
   * Opens a registry.
   *
   * @param uri the URI, see {@link RegistryUri}; its parameters take precedence over the options
   * @param options the options
   * @return the registry
   * @throws IllegalArgumentException if this isn't the URI of a registry, or the module for its
   *     scheme is missing; the message lists the available ones
   * @throws RegistryException if no connection is established in time, see
   *     {@link RegistryOptions#startTimeout}
   */
  static Registry open(String uri, RegistryOptions options) {
    return RegistryProvider.load().open(RegistryUri.parse(uri), options);
  }

  /** {@return the URI of the registry} */
  RegistryUri uri();

  /**
   * Registers an instance. Doesn't wait; use {@link Registration#awaitRegistered} to wait.
   *
   * @param instance the instance
   * @return the registration; closing it removes the instance
   * @throws IllegalStateException if an instance with this service and id is already registered
   *     here, or the registry is closed
   */
  Registration register(Instance instance);

  /**
   * Registers a server from now on until it is stopped. When the server stops, it first leaves the
   * registry, then continues to accept calls for a moment so that consumers notice
   * ({@link Advertising#notice}), and then drains. {@link RpcServer#close()} does all of this, and
   * no call fails. Doesn't wait, except for the lookup of the registry's servers if the address
   * must be determined.
   *
   * @param server a server that listens
   * @param what the entry of the server
   * @return the registration, to wait for it, to change the weight, or to leave while the server
   *     continues
   * @throws IllegalStateException if there is no address at which consumers can reach the server,
   *     or the registry is closed; the message says what to do
   */
  Registration advertise(RpcServer server, Advertising what);

  /**
   * Follows the instances of a service. Doesn't wait; {@link Directory#ready} completes with the
   * first list. Several directories of one service cause no more load on the registry than one.
   *
   * @param service the name of the service
   * @return a live list; close it when it is no longer needed
   * @throws IllegalStateException if the registry is closed
   */
  Directory watch(String service);

  /**
   * Queries the names of the services that have instances.
   *
   * @return the names, sorted
   * @throws RegistryException if the registry can't be queried
   * @throws InterruptedException if the thread is interrupted
   */
  List<String> services() throws InterruptedException;

  /** {@return the status of the registry} */
  RegistryStatus status();

  /** {@return a snapshot of the registry's counters} */
  RegistryStats stats();

  /**
   * Ends the session: registered instances are removed at once, and directories keep their last
   * list. Waits until the servers have confirmed it, at most for the duration of a request.
   */
  @Override
  void close();
}
