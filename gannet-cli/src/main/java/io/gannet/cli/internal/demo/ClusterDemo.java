package io.gannet.cli.internal.demo;

import io.gannet.cli.internal.cluster.Load;
import io.gannet.cli.internal.cluster.RunningProvider;
import io.gannet.cli.internal.cluster.ShopCluster;
import io.gannet.cli.internal.common.CommandFailedException;
import io.gannet.cli.internal.process.RegistryKind;
import io.gannet.rpc.ClusterStats;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Three providers, each in a process of its own, and a consumer that calls them and that they call
 * back. Under load, one provider is killed, one is drained, and a new one joins.
 */
final class ClusterDemo {

  private static final int RATE = 500;
  private static final int SESSION_TIMEOUT_SECONDS = 3;
  private static final Duration SCENE = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Timeline timeline;
  private final RegistryKind kind;

  ClusterDemo(Timeline timeline, RegistryKind kind) {
    this.timeline = timeline;
    this.kind = kind;
  }

  void run() throws DemoFailedException, InterruptedException {
    timeline.line(
        "Three providers, each in its own process, found in %s. A consumer calls them, and they"
            .formatted(kind));
    timeline.line("call it back. One provider is killed, one is drained, and one joins.");
    timeline.line("");
    if (kind != RegistryKind.MEMORY) {
      timeline.event(kind.toString(), "is starting, which may take a minute on a busy machine");
    }
    try (ShopCluster cluster = new ShopCluster(kind, SESSION_TIMEOUT_SECONDS)) {
      play(cluster);
    } catch (CommandFailedException e) {
      throw new DemoFailedException(String.valueOf(e.getMessage()), e);
    }
  }

  private void play(ShopCluster cluster) throws DemoFailedException, InterruptedException {
    timeline.event(
        kind.toString(),
        cluster.server() == null
            ? "runs in the consumer's process, which registers the providers"
            : "started: %s, process %d".formatted(cluster.uri(), cluster.server().pid()));
    List<RunningProvider> providers = cluster.start("ann", "bob", "cara");
    for (RunningProvider provider : providers) {
      tellReady(provider);
    }
    try (Load load = new Load(cluster.client(), RATE)) {
      timeline.event(
          "eve", "the consumer is connected to all, %d calls per second".formatted(RATE));
      scene(load);
      kill(cluster, load, providers.get(1));
      drain(cluster, load, providers.get(2));
      join(cluster, load);
      load.stop();
      totals(cluster, load);
    }
  }

  private void tellReady(RunningProvider provider) {
    timeline.event(
        provider.name(), "listening on tcp://127.0.0.1:%d, registered".formatted(provider.port()));
  }

  /** Runs under load for a while, and prints how many calls each provider answered. */
  private void scene(Load load) throws InterruptedException {
    Map<String, Long> before = load.byProvider();
    Thread.sleep(SCENE);
    Map<String, Long> answered = new TreeMap<>(load.byProvider());
    answered.replaceAll((name, calls) -> calls - before.getOrDefault(name, 0L));
    answered.values().removeIf(calls -> calls == 0);
    timeline.event(
        "eve", "calls answered in %d s: %s".formatted(SCENE.toSeconds(), shown(answered)));
  }

  private void kill(ShopCluster cluster, Load load, RunningProvider victim)
      throws DemoFailedException, InterruptedException {
    int failed = load.failed();
    ClusterStats before = cluster.client().stats();
    timeline.event(victim.name(), "killed (SIGKILL) under load");
    long begin = System.nanoTime();
    victim.kill();
    check(
        cluster.awaitGone(victim, PATIENCE),
        "%s is still in the registry %d s after it was killed"
            .formatted(victim.name(), PATIENCE.toSeconds()));
    timeline.event(
        kind.toString(),
        "%s was removed %d ms after the kill%s"
            .formatted(
                victim.name(),
                Duration.ofNanos(System.nanoTime() - begin).toMillis(),
                cluster.server() == null
                    ? ""
                    : " (session timeout %d s)".formatted(SESSION_TIMEOUT_SECONDS)));
    scene(load);
    List<Load.Failure> failures = load.failures().stream().skip(failed).toList();
    for (Load.Failure failure : failures) {
      check(
          failure.isAllowedAfterKill(), "a call failed that was safe to retry: " + failure.error());
    }
    timeline.event(
        "eve",
        "failed: %d (orders sent to %s, not safe to retry), retried elsewhere: %d"
            .formatted(
                failures.size(),
                victim.name(),
                cluster.client().stats().failovers() - before.failovers()));
  }

  private void drain(ShopCluster cluster, Load load, RunningProvider provider)
      throws DemoFailedException, InterruptedException {
    int failed = load.failed();
    timeline.event(provider.name(), "stopping (SIGTERM) under load: unregisters, drains, exits");
    long begin = System.nanoTime();
    long calls = provider.drain();
    timeline.event(
        provider.name(),
        "exited after %d ms with code 0; it handled %d calls"
            .formatted(Duration.ofNanos(System.nanoTime() - begin).toMillis(), calls));
    check(
        cluster.awaitGone(provider, PATIENCE),
        "%s is still in the registry after its drain".formatted(provider.name()));
    scene(load);
    int lost = load.failed() - failed;
    check(
        lost == 0,
        "%d calls failed during the drain: %s"
            .formatted(lost, load.failures().stream().skip(failed).findFirst().orElse(null)));
    timeline.event("eve", "no call failed during the drain");
  }

  private void join(ShopCluster cluster, Load load)
      throws DemoFailedException, InterruptedException {
    int failed = load.failed();
    RunningProvider provider = cluster.start("dan").getFirst();
    tellReady(provider);
    scene(load);
    check(
        load.byProvider().getOrDefault(provider.name(), 0L) > 0,
        "%s received no call".formatted(provider.name()));
    check(load.failed() == failed, "%d calls failed".formatted(load.failed() - failed));
  }

  private void totals(ShopCluster cluster, Load load) throws DemoFailedException {
    ClusterStats stats = cluster.client().stats();
    long answered = load.calls() - load.failed();
    timeline.line("");
    timeline.line("calls          %d, including %d orders".formatted(load.calls(), load.orders()));
    timeline.line("answered       %d: %s".formatted(answered, shown(load.byProvider())));
    timeline.line("called back    %d".formatted(cluster.confirmations().count()));
    timeline.line(
        "retried        %d, %d of them on another provider"
            .formatted(stats.retries(), stats.failovers()));
    timeline.line(
        "failed         %d, all by the kill: sent, and not safe to retry".formatted(load.failed()));
    long answeredOrders = load.orders() - load.failed();
    check(
        cluster.confirmations().count() >= answeredOrders,
        "only %d orders were confirmed".formatted(cluster.confirmations().count()));
  }

  private static String shown(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .map(entry -> "%s %d".formatted(entry.getKey(), entry.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static void check(boolean ok, String problem) throws DemoFailedException {
    if (!ok) {
      throw new DemoFailedException(problem);
    }
  }
}
