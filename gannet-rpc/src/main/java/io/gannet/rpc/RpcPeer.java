package io.gannet.rpc;

import io.gannet.transport.CloseReason;
import io.gannet.transport.Session;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Who is at the other end of a connection, with the services it offers. Ends with its connection: calls
 * fail with {@link RpcCode#UNAVAILABLE} from then on.
 */
public interface RpcPeer extends RpcCaller {

  /**
   * {@return the session that carries the calls; for its addresses, attributes and statistics, not for
   * sending}
   */
  Session<?> session();

  /**
   * {@return what the peer has said about itself when it connected, see {@link
   * RpcEndpointBuilder#greeting}; not to be trusted without proof}
   */
  Metadata greeting();

  /**
   * {@return the key it is registered with, see {@link RpcServer#peer(String)}; empty while another has it}
   */
  Optional<String> key();

  /**
   * Registers it with a key, instead of the one it had. If another peer has that key, {@link
   * RpcServerBuilder#keyClash} says which of them has it from now on. Ends with the connection.
   *
   * @param key the key; not one that the peer has merely claimed, see {@link RpcServerBuilder#peerKey}
   * @throws RpcException with {@link RpcCode#ALREADY_EXISTS} if another peer has it and {@link KeyClash#REFUSE}
   *     is set
   * @throws UnsupportedOperationException on the client's side, where there is nothing to look up
   */
  void register(String key);

  /**
   * {@return whether it takes calls}
   */
  boolean isOpen();

  /**
   * {@return counters of this connection, as they are now}
   */
  RpcStats stats();

  /**
   * Ends the connection in an orderly way: new calls of the peer are refused, those that run end, what
   * they reply is sent. A client connects anew.
   */
  void close();

  /**
   * {@return completes with the reason when the connection has ended}
   */
  CompletionStage<CloseReason> whenClosed();
}
