package io.gannet.rpc;

import io.gannet.rpc.internal.spi.RpcProvider;
import io.gannet.transport.Client;
import io.gannet.transport.ClientBuilder;
import io.gannet.transport.ClientTls;
import java.util.Collection;

/**
 * Calls the services of a server, and offers services to it.
 *
 * <pre>{@code
 * RpcClient client = RpcClient.over(Client.tcp("localhost", 7000)).start();
 * Greeter greeter = client.proxy(Greeter.class);
 * greeter.hello("world");
 * }</pre>
 *
 * <p>Calls are distributed over the open connections (one by default), and any number of calls
 * share a connection. If there is no connection, a call waits for one, see
 * {@link RpcClientBuilder#connectionWait}, and then fails with {@link RpcCode#UNAVAILABLE}. If a
 * connection ends, the calls that wait for a reply on it fail with {@link RpcCode#UNAVAILABLE} at
 * once.
 */
public interface RpcClient extends RpcEndpoint, RpcCaller {

  /**
   * Creates a builder of a client.
   *
   * @param transport the connection, from any of {@link Client}'s static factories
   * @return a builder
   * @throws IllegalArgumentException if the transport is UDP, which doesn't support calls
   */
  static RpcClientBuilder over(ClientBuilder.NeedsCodec transport) {
    return RpcProvider.load().client(transport);
  }

  /**
   * Creates a builder of a client for a service with several instances.
   *
   * @param directory the directory of the instances; the client owns it and closes it when it is
   *     stopped
   * @return a builder
   */
  static RpcClusterBuilder over(Directory directory) {
    return RpcProvider.load().cluster(directory);
  }

  /** {@return a snapshot of the connections that accept calls} */
  Collection<RpcPeer> connections();

  /**
   * Replaces the TLS settings of future connections, like {@link Client#updateTls}.
   *
   * @param tls the new settings
   * @throws io.gannet.transport.TransportException if the settings can't be used; the message says
   *     why, and the previous settings stay
   * @throws IllegalArgumentException if the settings contain the {@code SSLContext} that is already
   *     in use
   * @throws IllegalStateException if the client doesn't use TLS
   */
  void updateTls(ClientTls tls);
}
