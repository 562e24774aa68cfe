package io.gannet.rpc;

import io.gannet.transport.ClientBuilder;
import io.gannet.transport.ServerBuilder;
import java.time.Duration;
import java.util.ServiceLoader;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Makes the objects behind the interfaces of this package, so that it needs to know none of them.
 * Found by {@link ServiceLoader}; implemented by this library, and not meant to be implemented
 * elsewhere.
 */
public interface RpcProvider {

  /**
   * {@return the provider}
   */
  static RpcProvider load() {
    // Holds the provider once it has been asked for.
    class Holder {
      static final RpcProvider PROVIDER =
          ServiceLoader.load(RpcProvider.class, RpcProvider.class.getClassLoader())
              .findFirst()
              .orElseThrow(() ->
                  new IllegalStateException(
                      "gannet-rpc is incomplete: META-INF/services lacks "
                          + RpcProvider.class.getName()
                          + "; jars that are merged must keep this directory"));
    }
    return Holder.PROVIDER;
  }

  /**
   * Begins to build a server.
   *
   * @param transport where it listens
   * @return a builder
   */
  RpcServerBuilder server(ServerBuilder.NeedsCodec transport);

  /**
   * Begins to build a client.
   *
   * @param transport where it connects to
   * @return a builder
   */
  RpcClientBuilder client(ClientBuilder.NeedsCodec transport);

  /**
   * Begins to build a client of several instances.
   *
   * @param directory where they are
   * @return a builder
   */
  RpcClusterBuilder cluster(Directory directory);

  /**
   * Makes a list that somebody says.
   *
   * @param service the name of the service
   * @return the list
   */
  PublishedDirectory published(String service);

  /**
   * Follows what a name stands for in the DNS.
   *
   * @param instance what all instances have in common; its address has a name and a port
   * @param refresh how often it is asked
   * @return the list
   */
  Directory dns(Instance instance, Duration refresh);

  /**
   * Makes a stream whose items are produced.
   *
   * @param producer makes them
   * @param <T> their type
   * @return the stream
   */
  <T> RpcStream<T> producedStream(RpcStream.Producer<T> producer);

  /**
   * Makes a stream whose items are published.
   *
   * @param publisher publishes them
   * @param <T> their type
   * @return the stream
   */
  <T> RpcStream<T> publishedStream(Flow.Publisher<? extends T> publisher);

  /**
   * {@return the call that the current thread handles, or null}
   */
  @Nullable CallContext currentCall();
}
