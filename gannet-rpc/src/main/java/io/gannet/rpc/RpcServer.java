package io.gannet.rpc;

import io.gannet.transport.Server;
import io.gannet.transport.ServerBuilder;
import io.gannet.transport.ServerTls;
import java.net.SocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Offers services to clients, and calls theirs.
 *
 * <pre>{@code
 * RpcServer server = RpcServer.over(Server.tcp(7000))
 *     .service(Greeter.class, new PoliteGreeter())
 *     .start();
 * }</pre>
 */
public interface RpcServer extends RpcEndpoint {

  /**
   * Begins to build a server.
   *
   * @param transport where it listens, and on what: any of {@link Server}'s static factories
   * @return a builder
   * @throws IllegalArgumentException if that is UDP, which calls can't be made over
   */
  static RpcServerBuilder over(ServerBuilder.NeedsCodec transport) {
    return RpcProvider.load().server(transport);
  }

  /**
   * {@return the addresses it listens on, with the real ports, as {@link Server#addresses()}}
   */
  List<SocketAddress> addresses();

  /**
   * {@return the port of the first address}
   * @throws IllegalStateException if that has none
   */
  int port();

  /**
   * {@return who is connected now, a snapshot}
   */
  Collection<RpcPeer> peers();

  /**
   * Finds a connected peer.
   *
   * @param key what it was registered with, see {@link RpcPeer#register} and {@link
   *     RpcServerBuilder#peerKey}
   * @return the peer, if it is connected
   */
  Optional<RpcPeer> peer(String key);

  /**
   * Encrypts the connections that come from now on in another way, as {@link Server#updateTls}.
   *
   * @param tls the new settings
   * @throws io.gannet.transport.TransportException if they can't be used, with the reason; those of before
   *     stay then
   * @throws IllegalArgumentException if they have the {@code SSLContext} that is in use
   * @throws IllegalStateException if the server doesn't encrypt
   */
  void updateTls(ServerTls tls);

  /**
   * Has something done before a drain begins, while calls are still taken: leave a registry, tell a load
   * balancer. Whatever way the server is stopped, a drain begins when all that was asked for here has
   * returned, each on a virtual thread, or when it has taken as long as the drain may; a stop with {@link
   * io.gannet.transport.StopMode#NOW} waits for nothing.
   *
   * @param action called once, by the first stop; at once if the server has been stopped already. What it
   *     throws is logged
   */
  void beforeDrain(Runnable action);
}
