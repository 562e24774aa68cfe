package io.gannet.spring.boot.internal.actuate;

import io.gannet.rpc.RpcCluster;
import io.gannet.rpc.RpcClusterBuilder;
import io.gannet.rpc.RpcInterceptor;
import io.gannet.rpc.RpcServerBuilder;
import io.gannet.rpc.micrometer.RpcMetrics;
import io.gannet.spring.boot.internal.Instrumentation;
import io.gannet.transport.TransportObserver;
import io.gannet.transport.micrometer.TransportMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;

/** Metrics of calls, clients and connections. */
final class MeterInstrumentation implements Instrumentation {

  private final MeterRegistry registry;
  private final RpcInterceptor calls;
  private final TransportObserver connections;

  MeterInstrumentation(MeterRegistry registry) {
    this.registry = registry;
    this.calls = RpcMetrics.interceptor(registry);
    this.connections = TransportMetrics.observer(registry);
  }

  @Override
  public void instrument(RpcServerBuilder builder) {
    builder
        .interceptIncoming(calls)
        .interceptOutgoing(calls)
        .transport(transport -> transport.observer(connections));
  }

  @Override
  public void instrument(RpcClusterBuilder builder) {
    builder
        .interceptIncoming(calls)
        .interceptOutgoing(calls)
        .transport(transport -> transport.observer(connections));
  }

  @Override
  public void started(String name, RpcCluster client) {
    RpcMetrics.meter(client, registry, Tag.of("client", name));
  }
}
