package io.gannet.rpc;

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
 * <p>Calls are spread over the open connections, of which there is one unless configured otherwise, and
 * any number of calls share one. A call that finds none waits for one, see {@link
 * RpcClientBuilder#connectionWait}, and fails with {@link RpcCode#UNAVAILABLE} then. Calls that wait for
 * their reply when their connection ends fail with {@link RpcCode#UNAVAILABLE} at once.
 */
public interface RpcClient extends RpcEndpoint, RpcCaller {

  /**
   * Begins to build a client.
   *
   * @param transport where it connects to, and how: any of {@link Client}'s static factories
   * @return a builder
   * @throws IllegalArgumentException if that is UDP, which calls can't be made over
   */
  static RpcClientBuilder over(ClientBuilder.NeedsCodec transport) {
    return RpcProvider.load().client(transport);
  }

  /**
   * Begins to build a client of a service that several instances offer.
   *
   * @param directory where they are; it belongs to the client, which closes it when it is stopped
   * @return a builder
   */
  static RpcClusterBuilder over(Directory directory) {
    return RpcProvider.load().cluster(directory);
  }

  /**
   * {@return the connections that take calls now, a snapshot}
   */
  Collection<RpcPeer> connections();

  /**
   * Encrypts the connections that it makes from now on in another way, as {@link Client#updateTls}.
   *
   * @param tls the new settings
   * @throws io.gannet.transport.TransportException if they can't be used, with the reason; those of before
   *     stay then
   * @throws IllegalArgumentException if they have the {@code SSLContext} that is in use
   * @throws IllegalStateException if the client doesn't encrypt
   */
  void updateTls(ClientTls tls);
}
