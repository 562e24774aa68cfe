package io.gannet.rpc;

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
   * Waits until some instances take calls.
   *
   * @param count how many
   * @param timeout how long at most
   * @return whether there are so many
   * @throws InterruptedException if the thread is interrupted
   */
  boolean awaitReady(int count, Duration timeout) throws InterruptedException;
}
