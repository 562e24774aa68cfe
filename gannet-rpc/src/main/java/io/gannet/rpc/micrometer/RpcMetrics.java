package io.gannet.rpc.micrometer;

import io.gannet.rpc.ClusterStats;
import io.gannet.rpc.RpcCluster;
import io.gannet.rpc.RpcInterceptor;
import io.gannet.rpc.internal.micrometer.ClusterMeters;
import io.gannet.rpc.internal.micrometer.MeteringInterceptor;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;

/** Metrics of calls. */
@SuppressWarnings("exports") // who uses this has the library, and requires it
public final class RpcMetrics {

  private RpcMetrics() {}

  /**
   * Meters calls:
   *
   * <ul>
   *   <li>{@code gannet.rpc.calls}, a timer, with the tags {@code direction} ({@code in} or {@code out}), {@code method} and {@code code};
   *   <li>{@code gannet.rpc.calls.active}, a long task timer, with the tag {@code direction}.
   * </ul>
   *
   * @param registry where the meters are
   * @return the interceptor, for either direction
   */
  public static RpcInterceptor interceptor(MeterRegistry registry) {
    return new MeteringInterceptor(registry);
  }

  /**
   * Meters a client of many instances:
   *
   * <ul>
   *   <li>{@code gannet.rpc.cluster.calls}, {@code .retries}, {@code .failovers}, {@code .retries.refused}, {@code .ejections}, {@code
   *       .joined} and {@code .left}, counters of what {@link ClusterStats} says;
   *   <li>{@code gannet.rpc.cluster.instances}, a gauge, with the tag {@code state}: {@code ready}, {@code connecting}, {@code
   *       ejected} or {@code draining}.
   * </ul>
   *
   * <p>All have the tag {@code service}, the directory's.
   *
   * @param cluster the client, which is not kept from being collected by this
   * @param registry where the meters are
   * @param tags more tags, which are needed to tell apart several clients of the same service
   */
  public static void meter(RpcCluster cluster, MeterRegistry registry, Tag... tags) {
    ClusterMeters.register(cluster, registry, tags);
  }
}
