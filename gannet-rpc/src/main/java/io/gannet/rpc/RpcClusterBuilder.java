package io.gannet.rpc;

import io.gannet.transport.ClientBuilder;
import io.gannet.transport.ClientTls;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/** The settings of an {@link RpcCluster}. */
public interface RpcClusterBuilder extends RpcEndpointBuilder<RpcClusterBuilder> {

  /**
   * Sets the options of the transport for the connections to each instance. Its listener and
   * dispatch are already set.
   *
   * @param settings called for each instance when the client connects to it
   * @return this
   */
  RpcClusterBuilder transport(Consumer<ClientBuilder<?>> settings);

  /**
   * Sets the TLS settings for instances with {@code tls}, {@code wss} or {@code grpcs}. With this
   * setting, instances with {@code tcp}, {@code ws} or {@code grpc} are
   * {@link InstanceStatus.State#UNUSABLE}, unless
   * {@link #allowPlaintext} is set. Otherwise anyone who can write to the directory could make
   * calls and their tokens go unencrypted.
   *
   * @param tls the settings. By default, {@link ClientTls#systemTrust()} is used for instances with
   *     TLS, and instances without TLS are allowed
   * @return this
   */
  RpcClusterBuilder tls(ClientTls tls);

  /**
   * Allows instances with {@code tcp}, {@code ws} or {@code grpc} although {@link #tls} is set,
   * while providers migrate to TLS.
   *
   * @return this
   */
  RpcClusterBuilder allowPlaintext();

  /**
   * Sets how the client connects to an instance, for custom protocols.
   *
   * @param connector called for each instance when the client connects to it. If it throws, the
   *     instance is {@link InstanceStatus.State#UNUSABLE} until its entry changes. By default the
   *     protocols {@code tcp}, {@code tls}, {@code grpc}, {@code grpcs}, {@code ws}, {@code wss}
   *     and {@code unix} are supported
   * @return this
   */
  RpcClusterBuilder connector(Function<Instance, ClientBuilder.NeedsCodec> connector);

  /**
   * Sets the number of connections to each instance.
   *
   * @param connections 1 by default, at most 1,024
   * @return this
   */
  RpcClusterBuilder connections(int connections);

  /**
   * Limits the number of instances that this client connects to. If there are more, each client
   * chooses some at random, and keeps them as long as they exist. The choice ignores zones and
   * weights; {@link #select} reduces the instances before it.
   *
   * @param instances 1,000 by default
   * @return this
   */
  RpcClusterBuilder maxInstances(int instances);

  /**
   * Connects to an instance only when the balancer first chooses it, instead of as soon as it is
   * known. The call then goes to another instance that is already connected. If there is none, the
   * call waits. If the connection fails or takes longer than 250 ms, the client connects to another
   * instance as well.
   *
   * @return this
   */
  RpcClusterBuilder lazy();

  /**
   * Sets an action for each connection before calls use it, like
   * {@link RpcClientBuilder#onConnect}.
   *
   * @param action called on a virtual thread; if it throws, the connection is closed, and the
   *     client reconnects
   * @return this
   */
  RpcClusterBuilder onConnect(Consumer<RpcPeer> action);

  /**
   * Sets how long a call waits for an instance if none is connected. The call's own timeout applies
   * as well.
   *
   * @param timeout 3 s by default; zero for not waiting
   * @return this
   */
  RpcClusterBuilder connectionWait(Duration timeout);

  /**
   * Uses only the instances of a group.
   *
   * @param group the exact {@link Instance#group()}
   * @return this
   */
  default RpcClusterBuilder group(String group) {
    return select(instance -> instance.group().equals(group));
  }

  /**
   * Uses only the instances of a version.
   *
   * @param version the exact {@link Instance#version()}
   * @return this
   */
  default RpcClusterBuilder version(String version) {
    return select(instance -> instance.version().equals(version));
  }

  /**
   * Uses only instances that fulfil a condition. If several such conditions are set, all must hold.
   *
   * @param condition called for each instance of each list, on a virtual thread; if it throws, the
   *     instance isn't used
   * @return this
   */
  RpcClusterBuilder select(Predicate<Instance> condition);

  /**
   * Sets the balancer, which chooses the instance for each call.
   *
   * @param balancer by default {@link io.gannet.rpc.balancer.Balancers#leastPending()}
   * @return this
   */
  RpcClusterBuilder balancer(Balancer balancer);

  /**
   * Sets when a call is retried.
   *
   * @param policy {@link RetryPolicy#defaults()} by default
   * @return this
   */
  RpcClusterBuilder retries(RetryPolicy policy);

  /**
   * Sets when an instance is ejected because its calls fail.
   *
   * @param policy {@link EjectionPolicy#defaults()} by default
   * @return this
   */
  RpcClusterBuilder ejection(EjectionPolicy policy);

  /**
   * Sets the time in which an instance that was added, or returns after an ejection, reaches its
   * full share of calls. It starts with a tenth. Instances of the directory's first list get their
   * full share at once.
   *
   * @param time 10 s by default; zero disables the warm-up
   * @return this
   */
  RpcClusterBuilder warmUp(Duration time);

  /**
   * Starts to connect, and returns without waiting for a connection.
   *
   * @return the running client
   */
  RpcCluster start();
}
