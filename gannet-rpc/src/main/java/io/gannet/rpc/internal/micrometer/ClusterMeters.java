package io.gannet.rpc.internal.micrometer;

import io.gannet.rpc.ClusterStats;
import io.gannet.rpc.RpcCluster;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import java.util.function.ToDoubleFunction;

/** Metrics of cluster clients. */
public final class ClusterMeters {

  private static final String PREFIX = "gannet.rpc.cluster.";

  private final RpcCluster cluster;
  private final MeterRegistry registry;
  private final Tags tags;

  private ClusterMeters(RpcCluster cluster, MeterRegistry registry, Tags tags) {
    this.cluster = cluster;
    this.registry = registry;
    this.tags = tags;
  }

  /**
   * Registers the meters.
   *
   * @param cluster the cluster client
   * @param registry the registry of the meters
   * @param tags additional tags
   */
  public static void register(RpcCluster cluster, MeterRegistry registry, Tag... tags) {
    new ClusterMeters(
            cluster, registry, Tags.of(tags).and("service", cluster.directory().service()))
        .register();
  }

  private void register() {
    counter("calls", "Calls", ClusterStats::calls);
    counter("retries", "Attempts after the first one of a call", ClusterStats::retries);
    counter(
        "retries.refused",
        "Retries skipped because the budget was exhausted",
        ClusterStats::retriesRefused);
    counter("failovers", "Retries on another instance", ClusterStats::failovers);
    counter("ejections", "Times an instance was ejected", ClusterStats::ejections);
    counter("joined", "Added instances", ClusterStats::joined);
    counter("left", "Removed instances", ClusterStats::left);
    gauge("ready", ClusterStats::ready);
    gauge("connecting", ClusterStats::connecting);
    gauge("ejected", ClusterStats::ejected);
    gauge("draining", ClusterStats::draining);
  }

  private void counter(String name, String description, ToDoubleFunction<ClusterStats> value) {
    FunctionCounter.builder(PREFIX + name, cluster, of -> value.applyAsDouble(of.stats()))
        .description(description)
        .tags(tags)
        .register(registry);
  }

  private void gauge(String state, ToDoubleFunction<ClusterStats> value) {
    Gauge.builder(PREFIX + "instances", cluster, of -> value.applyAsDouble(of.stats()))
        .description("Instances by state")
        .tags(tags.and("state", state))
        .register(registry);
  }
}
