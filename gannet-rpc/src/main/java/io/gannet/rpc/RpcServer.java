package io.gannet.rpc;

import io.gannet.rpc.internal.spi.RpcProvider;
import io.gannet.transport.Server;
import io.gannet.transport.ServerBuilder;
import io.gannet.transport.ServerTls;
import java.net.SocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Offers services to clients, and calls services of clients.
 *
 * <pre>{@code
 * RpcServer server = RpcServer.over(Server.tcp(7000))
 *     .service(Greeter.class, new PoliteGreeter())
 *     .start();
 * }</pre>
 */
public interface RpcServer extends RpcEndpoint {

  /**
   * Creates a builder of a server.
   *
   * @param transport the transport to listen on, from any of {@link Server}'s static factories
   * @return a builder
   * @throws IllegalArgumentException if the transport is UDP, which doesn't support calls
   */
  static RpcServerBuilder over(ServerBuilder.NeedsCodec transport) {
    return RpcProvider.load().server(transport);
  }

  /**
   * {@return the addresses that the server listens on, with the real ports, see
   * {@link Server#addresses()}}
   */
  List<SocketAddress> addresses();

  /**
   * {@return the port of the first address}
   *
   * @throws IllegalStateException if the address has no port
   */
  int port();

  /** {@return a snapshot of the connected peers} */
  Collection<RpcPeer> peers();

  /**
   * Finds a connected peer by its key.
   *
   * @param key the key that it was registered with, see {@link RpcPeer#register} and
   *     {@link RpcServerBuilder#peerKey}
   * @return the peer, if it is connected
   */
  Optional<RpcPeer> peer(String key);

  /**
   * Replaces the TLS settings of future connections, like {@link Server#updateTls}.
   *
   * @param tls the new settings
   * @throws io.gannet.transport.TransportException if the settings can't be used; the message says
   *     why, and the previous settings stay
   * @throws IllegalArgumentException if the settings contain the {@code SSLContext} that is already
   *     in use
   * @throws IllegalStateException if the server doesn't use TLS
   */
  void updateTls(ServerTls tls);

  /**
   * Adds an action that runs before a drain starts, while calls are still accepted, for instance to
   * unregister or to notify a load balancer. However the server is stopped, the drain starts when
   * all these actions have returned, each on a virtual thread, or when they have taken as long as
   * the drain itself may take. A stop with {@link io.gannet.transport.StopMode#NOW} doesn't wait.
   *
   * @param action called once, by the first stop; at once if the server has already been stopped.
   *     Exceptions are logged
   */
  void beforeDrain(Runnable action);
}
