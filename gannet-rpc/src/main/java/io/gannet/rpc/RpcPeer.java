package io.gannet.rpc;

import io.gannet.transport.CloseReason;
import io.gannet.transport.Session;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The peer of a connection, with the services that it offers. When its connection has closed, calls
 * fail with {@link RpcCode#UNAVAILABLE}.
 */
public interface RpcPeer extends RpcCaller {

  /**
   * {@return the session that carries the calls; use it for addresses, attributes and statistics,
   * not for sending}
   */
  Session<?> session();

  /**
   * {@return the data that the peer has sent about itself when it connected, see
   * {@link RpcEndpointBuilder#greeting}; untrusted}
   */
  Metadata greeting();

  /**
   * {@return the key that the peer is registered with, see {@link RpcServer#peer(String)}; empty
   * while another peer has the key}
   */
  Optional<String> key();

  /**
   * Registers the peer with a key, which replaces its previous key. If another peer has that key,
   * {@link RpcServerBuilder#keyClash} decides which of them has it from now on. The registration
   * ends with the connection.
   *
   * @param key the key; must not be one that the peer merely claims, see
   *     {@link RpcServerBuilder#peerKey}
   * @throws RpcException with {@link RpcCode#ALREADY_EXISTS} if another peer has the key and
   *     {@link KeyClash#REFUSE} is set
   * @throws UnsupportedOperationException on the client's side, which can't look up peers
   */
  void register(String key);

  /** {@return whether the peer accepts calls} */
  boolean isOpen();

  /** {@return a snapshot of the counters of this connection} */
  RpcStats stats();

  /**
   * Closes the connection gracefully: new calls of the peer are refused, running calls complete,
   * and their replies are sent. A client reconnects.
   */
  void close();

  /** {@return completes with the reason when the connection has closed} */
  CompletionStage<CloseReason> whenClosed();
}
