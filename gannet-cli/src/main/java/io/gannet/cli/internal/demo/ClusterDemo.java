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
 * Three providers, each in a process of its own, and a consumer that calls them and is called back; one is
 * killed and one is drained under load, and one comes in their place.
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
        "Three providers in processes of their own, found in %s; a consumer calls them, and they"
            .formatted(kind));
    timeline.line("call it back. One provider is killed, one is drained, and one comes.");
    timeline.line("");
    if (kind != RegistryKind.MEMORY) {
      timeline.event(kind.toString(), "is being started; a busy machine may take a minute");
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
            ? "is in the consumer's process, which registers the providers"
            : "has started: %s, process %d".formatted(cluster.uri(), cluster.server().pid()));
    List<RunningProvider> providers = cluster.start("ann", "bob", "cara");
    for (RunningProvider provider : providers) {
      tellReady(provider);
    }
    try (Load load = new Load(cluster.client(), RATE)) {
      timeline.event("eve", "the consumer is connected to all; %d calls a second".formatted(RATE));
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
        provider.name(), "listens on tcp://127.0.0.1:%d, registered".formatted(provider.port()));
  }

  /** Some time under load, and who got how much of it. */
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
    timeline.event(victim.name(), "is killed (SIGKILL) under load");
    long begin = System.nanoTime();
    victim.kill();
    check(
        cluster.awaitGone(victim, PATIENCE),
        "%s is in the registry still, %d s after it was killed"
            .formatted(victim.name(), PATIENCE.toSeconds()));
    timeline.event(
        kind.toString(),
        "%s is gone, %d ms after the kill%s"
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
          failure.isAllowedAfterKill(),
          "a call failed that could have been repeated: " + failure.error());
    }
    timeline.event(
        "eve",
        "failed: %d (orders that %s had got, not safe to repeat), repeated elsewhere: %d"
            .formatted(
                failures.size(),
                victim.name(),
                cluster.client().stats().failovers() - before.failovers()));
  }

  private void drain(ShopCluster cluster, Load load, RunningProvider provider)
      throws DemoFailedException, InterruptedException {
    int failed = load.failed();
    timeline.event(provider.name(), "is stopped (SIGTERM) under load: leaves, drains, ends");
    long begin = System.nanoTime();
    long calls = provider.drain();
    timeline.event(
        provider.name(),
        "has ended after %d ms, with exit code 0; it had handled %d calls"
            .formatted(Duration.ofNanos(System.nanoTime() - begin).toMillis(), calls));
    check(
        cluster.awaitGone(provider, PATIENCE),
        "%s is in the registry still, after its drain".formatted(provider.name()));
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
        "%s got no call".formatted(provider.name()));
    check(load.failed() == failed, "%d calls failed".formatted(load.failed() - failed));
  }

  private void totals(ShopCluster cluster, Load load) throws DemoFailedException {
    ClusterStats stats = cluster.client().stats();
    long answered = load.calls() - load.failed();
    timeline.line("");
    timeline.line("calls          %d, %d of them orders".formatted(load.calls(), load.orders()));
    timeline.line("answered       %d: %s".formatted(answered, shown(load.byProvider())));
    timeline.line("called back    %d".formatted(cluster.confirmations().count()));
    timeline.line(
        "repeated       %d, %d of them elsewhere".formatted(stats.retries(), stats.failovers()));
    timeline.line(
        "failed         %d, all by the kill: sent, and not safe to repeat"
            .formatted(load.failed()));
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
