package io.gannet.soak.internal.registry;

import io.gannet.cli.internal.cluster.Load;
import io.gannet.cli.internal.cluster.RunningProvider;
import io.gannet.cli.internal.cluster.ShopCluster;
import io.gannet.cli.internal.common.CommandLog;
import io.gannet.cli.internal.common.Version;
import io.gannet.cli.internal.common.Waiting;
import io.gannet.cli.internal.process.RegistryKind;
import io.gannet.cli.internal.process.RegistryServer;
import io.gannet.rpc.ClusterStats;
import io.gannet.rpc.DirectoryStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Restarts all providers one after the other under load, in several rounds. No call may fail. */
@Command(
    name = "rolling-restart",
    description = {
      "Takes the registry's server down for a while, and then restarts all providers one after the"
          + " other (SIGTERM, wait, start), each in its own process. Meanwhile a consumer calls"
          + " them, and failed calls are counted.",
      "",
      "Exits with 1 if a call failed."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
public final class RollingRestartCommand implements Callable<Integer> {

  /** Before the JIT compiler's warm-up, the calls don't reach the rate. */
  private static final Duration WARM_UP = Duration.ofSeconds(2);

  private static final int SESSION_TIMEOUT_SECONDS = 10;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Spec private CommandSpec spec;

  @Option(
      names = "--registry",
      required = true,
      paramLabel = "KIND",
      converter = RegistryKind.Converter.class,
      description =
          "The registry: ${COMPLETION-CANDIDATES}. A server is started for zookeeper and"
              + " etcd.")
  private RegistryKind kind = RegistryKind.MEMORY;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "How often all providers are restarted. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--providers",
      paramLabel = "N",
      defaultValue = "3",
      description = "The number of providers. Default: ${DEFAULT-VALUE}.")
  private int providers;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "2000",
      description = "The number of calls per second. Default: ${DEFAULT-VALUE}.")
  private int rate;

  @Option(
      names = "--away",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description =
          "How long the registry's server is down before the restarts; not with memory. Default:"
              + " ${DEFAULT-VALUE}.")
  private int away;

  /** Creates the command. */
  @SuppressWarnings("NullAway.Init") // picocli sets the spec
  public RollingRestartCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    CommandLog.onlyErrors();
    CommandLog.withoutRegistries();
    SoakReport report = new SoakReport(spec.commandLine().getOut());
    try (ShopCluster cluster = new ShopCluster(kind, SESSION_TIMEOUT_SECONDS)) {
      List<RunningProvider> running =
          new ArrayList<>(
              cluster.start(
                  IntStream.range(0, providers)
                      .mapToObj("provider%d"::formatted)
                      .toArray(String[]::new)));
      report.line("%s: %d providers, %d calls per second".formatted(kind, providers, rate));
      try (Load load = new Load(cluster.client(), rate)) {
        Thread.sleep(WARM_UP);
        outage(cluster, load, report);
        for (int round = 1; round <= rounds; round++) {
          round(round, cluster, running, load, report);
        }
        load.stop();
        ClusterStats stats = cluster.client().stats();
        report.check(
            load.failed() == 0,
            "%d calls in total, %d failed, %d were moved to another provider"
                .formatted(load.calls(), load.failed(), stats.failovers()));
      }
    }
    return report.end();
  }

  /** Takes the registry's server down. The calls continue with the last known list. */
  private void outage(ShopCluster cluster, Load load, SoakReport report)
      throws InterruptedException {
    RegistryServer server = cluster.server();
    if (server == null || away == 0) {
      return;
    }
    long calls = load.calls();
    int failed = load.failed();
    server.kill();
    Thread.sleep(Duration.ofSeconds(away));
    server.start();
    boolean back =
        Waiting.until(
            PATIENCE,
            () -> cluster.client().directory().status().state() == DirectoryStatus.State.LIVE);
    report.check(
        back && load.failed() == failed,
        "the registry was down for %d s, and is %s: %d calls, %d failed"
            .formatted(
                away, back ? "back" : "not back", load.calls() - calls, load.failed() - failed));
  }

  private void round(
      int round, ShopCluster cluster, List<RunningProvider> running, Load load, SoakReport report)
      throws InterruptedException {
    long calls = load.calls();
    int failed = load.failed();
    long begin = System.nanoTime();
    for (int i = 0; i < running.size(); i++) {
      RunningProvider old = running.get(i);
      old.drain();
      running.set(i, cluster.start(old.name()).getFirst());
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    int lost = load.failed() - failed;
    report.check(
        lost == 0,
        String.format(
            Locale.ROOT,
            "round %d: all restarted in %.1f s, %d calls (%.0f per second), %d failed%s",
            round,
            seconds,
            load.calls() - calls,
            (load.calls() - calls) / seconds,
            lost,
            lost == 0 ? "" : ", such as " + load.failures().get(failed)));
  }
}
