package io.gannet.discovery;

import io.gannet.rpc.Directory;
import io.gannet.rpc.Instance;
import io.gannet.rpc.RpcServer;
import java.util.List;

/**
 * Where providers say that they are there, and consumers find them.
 *
 * <pre>{@code
 * Registry registry = Registry.open("etcd://10.0.0.1:2379,10.0.0.2:2379,10.0.0.3:2379");
 * Registration here = registry.register(Instance.of("Greeter", "tcp", "10.0.0.5:7000"));
 * Directory greeters = registry.watch("Greeter");
 * }</pre>
 *
 * <p>A registry keeps one session with its servers. It survives their outages: what was registered is
 * registered again, what is watched is listed again, and until then the last lists stay. Safe for use by
 * any number of threads.
 */
public interface Registry extends AutoCloseable {

  /**
   * Opens a registry with the default options.
   *
   * @param uri where it is, see {@link RegistryUri}
   * @return the registry
   * @throws IllegalArgumentException if this is no URI of a registry, or the module for its scheme isn't
   *     there; the message says what is
   * @throws RegistryException if it can't be connected to in time, see {@link
   *     RegistryOptions#startTimeout}
   */
  static Registry open(String uri) {
    return open(uri, RegistryOptions.defaults());
  }

  /**
   * Opens a registry.
   *
   * @param uri where it is, see {@link RegistryUri}; what its parameters say goes before the options
   * @param options how to use it
   * @return the registry
   * @throws IllegalArgumentException if this is no URI of a registry, or the module for its scheme isn't
   *     there; the message says what is
   * @throws RegistryException if it can't be connected to in time, see {@link
   *     RegistryOptions#startTimeout}
   */
  static Registry open(String uri, RegistryOptions options) {
    return RegistryProvider.load().open(RegistryUri.parse(uri), options);
  }

  /**
   * {@return where it is}
   */
  RegistryUri uri();

  /**
   * Registers an instance. Doesn't wait: {@link Registration#awaitRegistered} does.
   *
   * @param instance the instance
   * @return to be closed in order to leave
   * @throws IllegalStateException if an instance of this service and id is registered here already, or the
   *     registry is closed
   */
  Registration register(Instance instance);

  /**
   * Registers a server for as long as it serves: from now on, until it is stopped. Then it leaves first, goes on
   * to take calls for a moment so that consumers have seen that ({@link Advertising#notice}), and drains
   * after that: {@link RpcServer#close()} does all of it, and no call fails. Doesn't wait, except for the name
   * of the registry's servers to be resolved where the address must be found out.
   *
   * @param server a server that listens
   * @param what what to say of it
   * @return to wait for it, to change the weight, or to leave while the server goes on
   * @throws IllegalStateException if there is no address by which consumers could reach the server, or the
   *     registry is closed; the message says what to do
   */
  Registration advertise(RpcServer server, Advertising what);

  /**
   * Follows the instances of a service. Doesn't wait: {@link Directory#ready} tells when there is a list.
   * Several directories of one service cost the registry no more than one.
   *
   * @param service the name of the service
   * @return a live list, to be closed when it is of no use any more
   * @throws IllegalStateException if the registry is closed
   */
  Directory watch(String service);

  /**
   * Asks for the names of the services that have instances.
   *
   * @return the names, sorted
   * @throws RegistryException if the registry can't be asked
   * @throws InterruptedException if the thread is interrupted
   */
  List<String> services() throws InterruptedException;

  /**
   * {@return how it is}
   */
  RegistryStatus status();

  /**
   * {@return what it has done so far}
   */
  RegistryStats stats();

  /**
   * Ends the session: what is registered leaves at once, directories stay with their last list. Waits until
   * the servers know, for as long as a request may take.
   */
  @Override
  void close();
}
