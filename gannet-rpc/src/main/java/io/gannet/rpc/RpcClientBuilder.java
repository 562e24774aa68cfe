package io.gannet.rpc;

import io.gannet.transport.ClientBuilder;
import java.time.Duration;
import java.util.function.Consumer;

/** The settings of an {@link RpcClient}. */
public interface RpcClientBuilder extends RpcEndpointBuilder<RpcClientBuilder> {

  /**
   * Sets what the transport offers: TLS, compression, how to connect again, the number of connections,
   * limits, observers and so on. Its listener and dispatch are taken.
   *
   * @param settings called when the client starts
   * @return this
   */
  RpcClientBuilder transport(Consumer<ClientBuilder<?>> settings);

  /**
   * Sets how long a call waits for a connection when there is none; never longer than its own time.
   *
   * @param timeout 3 s by default; zero not at all
   * @return this
   */
  RpcClientBuilder connectionWait(Duration timeout);

  /**
   * Sets what is to be done with each connection before calls use it, also each time the client has
   * connected anew: sign in, subscribe, register for callbacks.
   *
   * @param action called on a virtual thread; the connection is used when it returns. What it throws
   *     ends the connection, and the client tries again
   * @return this
   */
  RpcClientBuilder onConnect(Consumer<RpcPeer> action);

  /**
   * Starts to connect, and returns without waiting for it.
   *
   * @return the running client
   * @throws io.gannet.transport.TransportException as {@link ClientBuilder#start()}
   */
  RpcClient start();
}
