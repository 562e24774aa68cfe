package io.gannet.rpc;

import io.gannet.transport.ClientTls;
import java.time.Duration;
import java.util.List;

/**
 * Calls a service that several instances offer, and offers services to them.
 *
 * <pre>{@code
 * RpcCluster cluster = RpcClient.over(registry.watch("Greeter")).start();
 * Greeter greeter = cluster.proxy(Greeter.class);
 * greeter.hello("world");
 * }</pre>
 *
 * <p>It connects to all instances of a {@link Directory}, as they come, and sends each call to one that is
 * connected, which a {@link Balancer} chooses; where that is safe, a call that fails is tried at another one,
 * see {@link RetryPolicy}. An instance that leaves the directory gets no new calls, and those that run end
 * ({@link RpcClusterBuilder#drainGrace}). One whose calls fail is left out for a while, see {@link
 * EjectionPolicy}.
 *
 * <p>A call that finds no instance waits for one, see {@link RpcClusterBuilder#connectionWait}, and fails with
 * {@link RpcCode#UNAVAILABLE} then.
 */
public interface RpcCluster extends RpcClient {

  /**
   * {@return where the instances come from; it is closed when this is stopped}
   */
  Directory directory();

  /**
   * {@return how each instance is now, those that are drained last}
   */
  List<InstanceStatus> instances();

  /**
   * {@return counters, as they are now}
   */
  ClusterStats stats();

  /**
   * Encrypts the connections that it makes from now on to instances that are reached by {@code tls} or {@code
   * wss} in another way, instead of as {@link RpcClusterBuilder#tls} said; for those that come later, too. An
   * instance that couldn't be used is tried again.
   *
   * @param tls the new settings
   * @throws io.gannet.transport.TransportException if they can't be used, with the reason; those of before
   *     stay then. That is found out only where there is such an instance
   * @throws IllegalArgumentException if they have the {@code SSLContext} that is in use
   */
  @Override
  void updateTls(ClientTls tls);

  /**
   * Waits until some instances take calls.
   *
   * @param count how many
   * @param timeout how long at most
   * @return whether there are so many
   * @throws InterruptedException if the thread is interrupted
   */
  boolean awaitReady(int count, Duration timeout) throws InterruptedException;
}
