package io.gannet.rpc.internal.spi;

import io.gannet.rpc.CallContext;
import io.gannet.rpc.Directory;
import io.gannet.rpc.Instance;
import io.gannet.rpc.PublishedDirectory;
import io.gannet.rpc.RpcClientBuilder;
import io.gannet.rpc.RpcClusterBuilder;
import io.gannet.rpc.RpcServerBuilder;
import io.gannet.rpc.RpcStream;
import io.gannet.transport.ClientBuilder;
import io.gannet.transport.ServerBuilder;
import java.time.Duration;
import java.util.ServiceLoader;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Creates the implementations of the interfaces of {@code io.gannet.rpc}, so that the package
 * doesn't depend on them. Found by {@link ServiceLoader}.
 */
public interface RpcProvider {

  /** {@return the provider} */
  static RpcProvider load() {
    // Holds the provider, which is loaded on first use.
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
   * Creates a builder of a server.
   *
   * @param transport the transport to listen on
   * @return a builder
   */
  RpcServerBuilder server(ServerBuilder.NeedsCodec transport);

  /**
   * Creates a builder of a client.
   *
   * @param transport the transport to connect with
   * @return a builder
   */
  RpcClientBuilder client(ClientBuilder.NeedsCodec transport);

  /**
   * Creates a builder of a client for several instances.
   *
   * @param directory the directory of the instances
   * @return a builder
   */
  RpcClusterBuilder cluster(Directory directory);

  /**
   * Creates a directory whose lists the program publishes.
   *
   * @param service the name of the service
   * @return the directory
   */
  PublishedDirectory published(String service);

  /**
   * Creates a directory of the addresses of a name in the DNS.
   *
   * @param instance a template for the instances, whose address has a name and a port
   * @param refresh the time between two DNS queries
   * @return the directory
   */
  Directory dns(Instance instance, Duration refresh);

  /**
   * Creates a stream of produced items.
   *
   * @param producer produces the items
   * @param <T> the type of the items
   * @return the stream
   */
  <T> RpcStream<T> producedStream(RpcStream.Producer<T> producer);

  /**
   * Creates a stream of published items.
   *
   * @param publisher publishes the items
   * @param <T> the type of the items
   * @return the stream
   */
  <T> RpcStream<T> publishedStream(Flow.Publisher<? extends T> publisher);

  /** {@return the call that the current thread handles, or null} */
  @Nullable CallContext currentCall();
}
