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
   * Sets what the transport offers, for the connections to each instance. Its listener and dispatch are
   * taken.
   *
   * @param settings called for each instance, when it is connected to
   * @return this
   */
  RpcClusterBuilder transport(Consumer<ClientBuilder<?>> settings);

  /**
   * Sets whom to trust where an instance is reached by {@code tls} or {@code wss}. Instances that are reached
   * by {@code tcp} or {@code ws} are {@link InstanceStatus.State#UNUSABLE} then, unless {@link
   * #allowPlaintext} says otherwise: whoever writes the directory must not decide that calls and their tokens go
   * unencrypted.
   *
   * @param tls by default {@link ClientTls#systemTrust()}, and instances are reached as they say
   * @return this
   */
  RpcClusterBuilder tls(ClientTls tls);

  /**
   * Connects to instances that are reached by {@code tcp} or {@code ws}, too, although {@link #tls} is set: while
   * providers change over to TLS.
   *
   * @return this
   */
  RpcClusterBuilder allowPlaintext();

  /**
   * Sets how an instance is connected to, for protocols of one's own.
   *
   * @param connector called for each instance, when it is connected to; what it throws makes the instance
   *     {@link InstanceStatus.State#UNUSABLE}, until that says something else of itself. By default the protocols {@code tcp}, {@code tls}, {@code
   *     ws}, {@code wss} and {@code unix} are known
   * @return this
   */
  RpcClusterBuilder connector(Function<Instance, ClientBuilder.NeedsCodec> connector);

  /**
   * Sets how many connections are kept open to each instance.
   *
   * @param connections 1 by default, at most 1,024
   * @return this
   */
  RpcClusterBuilder connections(int connections);

  /**
   * Sets to how many instances this connects. Where there are more, each client chooses some at random, and
   * stays with them as long as they are there.
   *
   * @param instances 1,000 by default
   * @return this
   */
  RpcClusterBuilder maxInstances(int instances);

  /**
   * Connects to an instance only when the balancer chooses it for the first time, instead of as soon as it is
   * known. The call that it was chosen for goes to another one, if one is connected already. Else it waits, and
   * has another one connected to if the first can't be, or not within 250 ms.
   *
   * @return this
   */
  RpcClusterBuilder lazy();

  /**
   * Sets what is to be done with each connection before calls use it, as {@link
   * RpcClientBuilder#onConnect}.
   *
   * @param action called on a virtual thread; what it throws ends the connection, and it is tried again
   * @return this
   */
  RpcClusterBuilder onConnect(Consumer<RpcPeer> action);

  /**
   * Sets how long a call waits for an instance when none is connected; never longer than its own time.
   *
   * @param timeout 3 s by default; zero not at all
   * @return this
   */
  RpcClusterBuilder connectionWait(Duration timeout);

  /**
   * Uses only the instances of a group.
   *
   * @param group exactly this {@link Instance#group()}
   * @return this
   */
  default RpcClusterBuilder group(String group) {
    return select(instance -> instance.group().equals(group));
  }

  /**
   * Uses only the instances of a version.
   *
   * @param version exactly this {@link Instance#version()}
   * @return this
   */
  default RpcClusterBuilder version(String version) {
    return select(instance -> instance.version().equals(version));
  }

  /**
   * Uses only some instances. Where several such conditions are set, all must hold.
   *
   * @param condition called for each instance of each list, on a virtual thread; an instance that it throws
   *     for isn't used
   * @return this
   */
  RpcClusterBuilder select(Predicate<Instance> condition);

  /**
   * Sets which instance a call goes to.
   *
   * @param balancer by default {@link io.gannet.rpc.balancer.Balancers#leastPending()}
   * @return this
   */
  RpcClusterBuilder balancer(Balancer balancer);

  /**
   * Sets when a call is tried again.
   *
   * @param policy {@link RetryPolicy#defaults()} by default
   * @return this
   */
  RpcClusterBuilder retries(RetryPolicy policy);

  /**
   * Sets when an instance is left out because its calls fail.
   *
   * @param policy {@link EjectionPolicy#defaults()} by default
   * @return this
   */
  RpcClusterBuilder ejection(EjectionPolicy policy);

  /**
   * Sets in which time an instance that has joined, or was ejected and returns, gets its full part: it begins
   * with a tenth. Those of the directory's first list have it at once.
   *
   * @param time 10 s by default; zero for at once
   * @return this
   */
  RpcClusterBuilder warmUp(Duration time);

  /**
   * Starts to connect, and returns without waiting for it.
   *
   * @return the running client
   */
  RpcCluster start();
}
