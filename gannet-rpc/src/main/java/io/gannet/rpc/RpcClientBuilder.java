package io.gannet.rpc;

import io.gannet.transport.ClientBuilder;
import java.time.Duration;
import java.util.function.Consumer;

/** The settings of an {@link RpcClient}. */
public interface RpcClientBuilder extends RpcEndpointBuilder<RpcClientBuilder> {

  /**
   * Sets the options of the transport: TLS, compression, reconnecting, the number of connections,
   * limits, observers and so on. Its listener and dispatch are already set.
   *
   * @param settings called when the client starts
   * @return this
   */
  RpcClientBuilder transport(Consumer<ClientBuilder<?>> settings);

  /**
   * Sets how long a call waits for a connection if there is none. The call's own timeout applies as
   * well.
   *
   * @param timeout 3 s by default; zero for not waiting
   * @return this
   */
  RpcClientBuilder connectionWait(Duration timeout);

  /**
   * Sets an action for each connection before calls use it, also after each reconnect, for instance
   * to sign in, to subscribe, or to register for callbacks.
   *
   * @param action called on a virtual thread; the connection is used after it returns. If it
   *     throws, the connection is closed, and the client reconnects
   * @return this
   */
  RpcClientBuilder onConnect(Consumer<RpcPeer> action);

  /**
   * Starts to connect, and returns without waiting for a connection.
   *
   * @return the running client
   * @throws io.gannet.transport.TransportException see {@link ClientBuilder#start()}
   */
  RpcClient start();
}
