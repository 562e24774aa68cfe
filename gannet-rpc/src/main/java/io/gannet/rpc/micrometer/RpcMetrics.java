package io.gannet.rpc.micrometer;

import io.gannet.rpc.ClusterStats;
import io.gannet.rpc.RpcCluster;
import io.gannet.rpc.RpcInterceptor;
import io.gannet.rpc.internal.micrometer.ClusterMeters;
import io.gannet.rpc.internal.micrometer.MeteringInterceptor;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;

/** Metrics of calls. */
@SuppressWarnings("exports") // users of this class require the library themselves
public final class RpcMetrics {

  private RpcMetrics() {}

  /**
   * Creates an interceptor with meters of calls:
   *
   * <ul>
   *   <li>{@code gannet.rpc.calls}, a timer, with the tags {@code direction} ({@code in} or
   *       {@code out}), {@code method} and {@code code};
   *   <li>{@code gannet.rpc.calls.active}, a long task timer, with the tag {@code direction}.
   * </ul>
   *
   * @param registry the registry for the meters
   * @return the interceptor, for either direction
   */
  public static RpcInterceptor interceptor(MeterRegistry registry) {
    return new MeteringInterceptor(registry);
  }

  /**
   * Registers meters of a client with many instances:
   *
   * <ul>
   *   <li>{@code gannet.rpc.cluster.calls}, {@code .retries}, {@code .failovers},
   *       {@code .retries.refused}, {@code .ejections}, {@code .joined} and {@code .left}, the
   *       counters of {@link ClusterStats};
   *   <li>{@code gannet.rpc.cluster.instances}, a gauge, with the tag {@code state}: {@code ready},
   *       {@code connecting}, {@code ejected} or {@code draining}.
   * </ul>
   *
   * <p>All have the tag {@code service}, the service of the directory.
   *
   * @param cluster the client; the meters don't prevent its garbage collection
   * @param registry the registry for the meters
   * @param tags additional tags, which are needed to distinguish several clients of the same
   *     service
   */
  public static void meter(RpcCluster cluster, MeterRegistry registry, Tag... tags) {
    ClusterMeters.register(cluster, registry, tags);
  }
}
