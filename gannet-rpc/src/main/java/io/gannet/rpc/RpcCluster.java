package io.gannet.rpc;

import io.gannet.transport.ClientTls;
import java.time.Duration;
import java.util.List;

/**
 * Calls a service with several instances, and offers services to them.
 *
 * <pre>{@code
 * RpcCluster cluster = RpcClient.over(registry.watch("Greeter")).start();
 * Greeter greeter = cluster.proxy(Greeter.class);
 * greeter.hello("world");
 * }</pre>
 *
 * <p>The client connects to all instances of a {@link Directory} as they appear. A {@link Balancer}
 * chooses a connected instance for each call. A failed call is retried on another instance if that
 * is safe, see {@link RetryPolicy}. An instance that leaves the directory receives no new calls,
 * and running calls complete ({@link RpcClusterBuilder#drainGrace}). An instance whose calls fail
 * is ejected for a while, see {@link EjectionPolicy}.
 *
 * <p>If there is no connected instance, a call waits for one, see
 * {@link RpcClusterBuilder#connectionWait}, and then fails with {@link RpcCode#UNAVAILABLE}.
 */
public interface RpcCluster extends RpcClient {

  /** {@return the directory of the instances, which is closed when this client is stopped} */
  Directory directory();

  /** {@return the status of each instance, with those that are draining last} */
  List<InstanceStatus> instances();

  /** {@return a snapshot of the counters} */
  ClusterStats stats();

  /**
   * Replaces the TLS settings of future connections to instances with {@code tls} or {@code wss},
   * also of instances that are added later. Replaces {@link RpcClusterBuilder#tls}. The client
   * connects again to instances that weren't usable.
   *
   * @param tls the new settings
   * @throws io.gannet.transport.TransportException if the settings can't be used; the message says
   *     why, and the previous settings stay. This is checked only if there is such an instance
   * @throws IllegalArgumentException if the settings contain the {@code SSLContext} that is already
   *     in use
   */
  @Override
  void updateTls(ClientTls tls);

  /**
   * Waits until a number of instances accept calls.
   *
   * @param count the number
   * @param timeout the maximum time to wait
   * @return whether that many instances accept calls
   * @throws InterruptedException if the thread is interrupted
   */
  boolean awaitReady(int count, Duration timeout) throws InterruptedException;
}
