package io.gannet.rpc.micrometer;

import io.gannet.rpc.RpcInterceptor;
import io.gannet.rpc.internal.micrometer.MeteringInterceptor;
import io.micrometer.core.instrument.MeterRegistry;

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
}
