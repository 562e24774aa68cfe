package io.gannet.rpc;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * A live list of the instances of a service. It is never emptied by an outage of where it comes from:
 * while that can't be asked, the last list stays. Safe for use by any number of threads; nothing here
 * blocks.
 */
public interface Directory extends AutoCloseable {

  /** A listener's subscription. */
  interface Subscription extends AutoCloseable {

    /** Ends it; a call that runs goes on, and no other begins. */
    @Override
    void close();
  }

  /**
   * A list that doesn't change.
   *
   * @param service the name of the service
   * @param uris where its instances are, such as {@code tcp://10.0.0.5:7000}
   * @return the list
   * @throws IllegalArgumentException if one is no URI, or is there twice
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
   * A list that doesn't change.
   *
   * @param service the name of the service
   * @param instances its instances
   * @return the list
   * @throws IllegalArgumentException if one is of another service, or two have the same id
   */
  static Directory of(String service, List<Instance> instances) {
    PublishedDirectory directory = published(service);
    directory.publish(instances);
    return directory;
  }

  /**
   * A list that this program says itself, whenever it changes.
   *
   * @param service the name of the service
   * @return the list, which isn't there yet
   */
  static PublishedDirectory published(String service) {
    return RpcProvider.load().published(service);
  }

  /**
   * Follows what a name stands for in the DNS: each of its addresses is an instance of the service, with the
   * protocol {@code tcp}. As long as the name can't be resolved, the last list stays, marked {@link
   * DirectoryStatus.State#STALE}.
   *
   * @param service the name of the service
   * @param host the name
   * @param port the port of all instances
   * @param refresh how often the DNS is asked, at least a second. The JVM remembers answers, too: for 30 s,
   *     unless the security property {@code networkaddress.cache.ttl} says otherwise
   * @return the list
   */
  static Directory dns(String service, String host, int port, Duration refresh) {
    return dns(Instance.of(service, "tcp", host + ":" + port), refresh);
  }

  /**
   * Follows what a name stands for in the DNS, as {@link #dns(String, String, int, Duration)}.
   *
   * @param instance what all instances have in common, with a name and a port, and perhaps a path, as its
   *     address. The id of each is its address. With {@code tls} and {@code wss} the certificate of each must
   *     have the name
   * @param refresh how often the DNS is asked, at least a second
   * @return the list
   * @throws IllegalArgumentException if the address has no name or no port
   */
  static Directory dns(Instance instance, Duration refresh) {
    return RpcProvider.load().dns(instance, refresh);
  }

  /**
   * {@return the name of the service}
   */
  String service();

  /**
   * {@return the list that is known now; version 0, and empty, before there is one}
   */
  DirectorySnapshot snapshot();

  /**
   * {@return completes with the first list, on a virtual thread; exceptionally, with an {@link
   * IllegalStateException}, if the directory is closed before}
   */
  CompletionStage<DirectorySnapshot> ready();

  /**
   * Tells a listener each list: the one that is known now, if there is one, and each that differs from the
   * one before. It is called on a virtual thread, may block, and is never called concurrently with itself;
   * lists that have been replaced before it could be called are left out, so that it falls behind by one at
   * most. What it throws is logged.
   *
   * @param listener the listener
   * @return to end it
   */
  Subscription onChange(Consumer<DirectorySnapshot> listener);

  /**
   * {@return how it knows what it says}
   */
  DirectoryStatus status();

  /** Stops following; {@link #snapshot} goes on to say the last list. */
  @Override
  void close();
}
