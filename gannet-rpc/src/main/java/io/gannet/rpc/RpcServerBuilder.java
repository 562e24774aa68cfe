package io.gannet.rpc;

import io.gannet.transport.ServerBuilder;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The settings of an {@link RpcServer}. */
public interface RpcServerBuilder extends RpcEndpointBuilder<RpcServerBuilder> {

  /**
   * Sets what the transport offers: TLS, compression, limits, observers and so on. Its listener and
   * dispatch are taken.
   *
   * @param settings called when the server starts
   * @return this
   */
  RpcServerBuilder transport(Consumer<ServerBuilder<?>> settings);

  /**
   * Registers each peer with a key of the server's choice, see {@link RpcServer#peer(String)}: so a
   * client that connects anew is found again without doing anything.
   *
   * <p>Take the key from what has been proved, such as the client's certificate in {@link
   * io.gannet.transport.Session#connection()}. What {@link RpcPeer#greeting()} says, anybody can say: with a key from
   * there every client can take every other's. If callers prove with a token who they are, register them in a call, with
   * {@link RpcPeer#register}.
   *
   * @param key tells the key, or null for none; called once for each connection, on a virtual thread, before
   *     the first of its calls is handled. What it throws ends the connection. Nothing bounds its time: meanwhile calls of
   *     the peer wait, until their deadlines, and count for the limits on running calls
   * @return this
   */
  RpcServerBuilder peerKey(Function<RpcPeer, @Nullable String> key);

  /**
   * Sets what happens when a peer claims a key that another connected peer has.
   *
   * @param value {@link KeyClash#NEWEST} by default
   * @return this
   */
  RpcServerBuilder keyClash(KeyClash value);

  /**
   * Sets who is told when peers compete for a key.
   *
   * @param listener nobody by default
   * @return this
   */
  RpcServerBuilder keyListener(KeyListener listener);

  /**
   * Sets what is to be done with a new peer, for instance to call its services.
   *
   * @param action called once for each connection, on a virtual thread, before the first of its calls is
   *     handled: it must not wait for one. What it throws ends the connection. Its time is bounded as little as that of
   *     {@link #peerKey}
   * @return this
   */
  RpcServerBuilder onPeer(Consumer<RpcPeer> action);

  /**
   * Binds the addresses and starts to serve.
   *
   * @return the running server
   * @throws io.gannet.transport.TransportException as {@link ServerBuilder#start()}
   */
  RpcServer start();
}
