package io.gannet.rpc;

import io.gannet.rpc.internal.spi.RpcProvider;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * A live list of the instances of a service. An outage of its source never empties it: while the
 * source can't be queried, the last list is kept. Safe for use by any number of threads. No method
 * blocks.
 */
public interface Directory extends AutoCloseable {

  /** The subscription of a listener. */
  interface Subscription extends AutoCloseable {

    /**
     * Ends the subscription. A running call of the listener continues, and no further call starts.
     */
    @Override
    void close();
  }

  /**
   * Returns a directory with a fixed list.
   *
   * @param service the name of the service
   * @param uris the URIs of the instances, such as {@code tcp://10.0.0.5:7000}
   * @return the directory
   * @throws IllegalArgumentException if one isn't a valid URI, or appears twice
   */
  static Directory of(String service, String... uris) {
    return of(
        service,
        Arrays.stream(uris)
            .map(uri -> {
              int colon = uri.indexOf("://");
              if (colon < 1) {
                throw new IllegalArgumentException(
                    "not the URI of an instance, such as tcp://10.0.0.5:7000: " + uri);
              }
              return Instance.of(service, uri.substring(0, colon), uri.substring(colon + 3))
                  .withId(uri);
            })
            .toList());
  }

  /**
   * Returns a directory with a fixed list.
   *
   * @param service the name of the service
   * @param instances the instances
   * @return the directory
   * @throws IllegalArgumentException if one belongs to another service, or two have the same id
   */
  static Directory of(String service, List<Instance> instances) {
    PublishedDirectory directory = published(service);
    directory.publish(instances);
    return directory;
  }

  /**
   * Returns a directory whose list this program publishes whenever it changes.
   *
   * @param service the name of the service
   * @return the directory, which has no list yet
   */
  static PublishedDirectory published(String service) {
    return RpcProvider.load().published(service);
  }

  /**
   * Follows the addresses of a name in the DNS. Each address is an instance of the service, with
   * the protocol {@code tcp}. While the name can't be resolved, the last list is kept, with the
   * state {@link DirectoryStatus.State#STALE}.
   *
   * @param service the name of the service
   * @param host the name
   * @param port the port of all instances
   * @param refresh the time between two DNS queries, at least 1 s. The JVM also caches answers, for
   *     30 s unless the security property {@code networkaddress.cache.ttl} is set
   * @return the directory
   */
  static Directory dns(String service, String host, int port, Duration refresh) {
    return dns(Instance.of(service, "tcp", host + ":" + port), refresh);
  }

  /**
   * Follows the addresses of a name in the DNS, like {@link #dns(String, String, int, Duration)}.
   *
   * @param instance a template for the instances, whose address has a name and a port, and
   *     optionally a path. The id of each instance is its address. With {@code tls} and {@code wss}
   *     the certificate of each must contain the name
   * @param refresh the time between two DNS queries, at least 1 s
   * @return the directory
   * @throws IllegalArgumentException if the address has no name or no port
   */
  static Directory dns(Instance instance, Duration refresh) {
    return RpcProvider.load().dns(instance, refresh);
  }

  /** {@return the name of the service} */
  String service();

  /** {@return the current list; empty and with version 0 if there is none yet} */
  DirectorySnapshot snapshot();

  /**
   * {@return completes with the first list, on a virtual thread; completes exceptionally with an
   * {@link IllegalStateException} if the directory is closed earlier}
   */
  CompletionStage<DirectorySnapshot> ready();

  /**
   * Adds a listener that receives the current list, if there is one, and each list that differs
   * from the previous one. It is called on a virtual thread, may block, and is never called
   * concurrently. Lists that are replaced before it is called are skipped, so that it is at most
   * one list behind. Exceptions are logged.
   *
   * @param listener the listener
   * @return the subscription
   */
  Subscription onChange(Consumer<DirectorySnapshot> listener);

  /** {@return the state of the list and its source} */
  DirectoryStatus status();

  /** Stops following the source. {@link #snapshot} continues to return the last list. */
  @Override
  void close();
}
