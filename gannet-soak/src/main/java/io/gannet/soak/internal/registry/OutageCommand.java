package io.gannet.soak.internal.registry;

import io.gannet.cli.internal.common.Version;
import io.gannet.cli.internal.common.Waiting;
import io.gannet.cli.internal.process.ChildProcess;
import io.gannet.cli.internal.process.RegistryServer;
import io.gannet.discovery.Registration;
import io.gannet.discovery.Registry;
import io.gannet.rpc.Instance;
import io.gannet.soak.internal.harness.SoakProcess;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToLongFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures how soon consumers see changes of providers, and takes the registry's server down for a
 * while.
 */
@Command(
    name = "outage",
    description = {
      "Measures how soon consumers see providers that come, leave and are killed; then takes the"
          + " registry's server away, and measures when everything is registered and watched"
          + " again.",
      "",
      "Exits with 1 if a step took too long, or if a list was wrong during the outage."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
public final class OutageCommand extends FleetCommand {

  private static final Duration NEW_LIMIT = Duration.ofSeconds(1);
  private static final Duration BACK_LIMIT = Duration.ofSeconds(10);

  @Option(
      names = "--how",
      paramLabel = "HOW",
      split = ",",
      converter = OutageKind.Converter.class,
      defaultValue = "kill,forget,freeze",
      description = "The kinds of outage, one after the other. Default: ${DEFAULT-VALUE}.")
  private List<OutageKind> kinds = List.of();

  @Option(
      names = "--away",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "For how long. Default: ${DEFAULT-VALUE}.")
  private int away;

  @Option(
      names = "--kills",
      paramLabel = "N",
      defaultValue = "5",
      description = "The number of providers to kill. Default: ${DEFAULT-VALUE}.")
  private int kills;

  private int fresh;

  /** Creates the command. */
  public OutageCommand() {
    super(200, 20);
  }

  @Override
  void run(RegistryServer server, Fleet fleet, SoakReport report) throws InterruptedException {
    comeAndLeave(fleet, report);
    kill(fleet, registry().uri(server), report);
    for (OutageKind kind : kinds) {
      outage(kind, server, fleet, report);
      comeAndLeave(fleet, report);
    }
  }

  /** Measures how soon all consumers see a provider that joins, and one that leaves. */
  private void comeAndLeave(Fleet fleet, SoakReport report) throws InterruptedException {
    Durations came = new Durations();
    Durations went = new Durations();
    for (int i = 0; i < 20; i++) {
      Provider provider = fleet.providers().get(i % fleet.providers().size());
      String id = "fresh" + fresh++;
      Instance instance = fleet.instance(i, id);
      long begin = System.nanoTime();
      provider.register(instance);
      came.add(awaitAll(fleet, consumer -> consumer.came(id)) - begin);
      begin = System.nanoTime();
      provider.leave(id);
      went.add(awaitAll(fleet, consumer -> consumer.went(id)) - begin);
    }
    report.check(
        came.longest().compareTo(NEW_LIMIT) <= 0,
        "all consumers have seen a new provider after: " + came);
    report.check(
        went.longest().compareTo(NEW_LIMIT) <= 0,
        "all consumers have removed a leaving provider after: " + went);
  }

  /** {@return when the last consumer was notified} */
  private static long awaitAll(Fleet fleet, ToLongFunction<Consumer> when)
      throws InterruptedException {
    Waiting.until(
        PATIENCE,
        () -> fleet.consumers().stream().allMatch(consumer -> when.applyAsLong(consumer) != 0));
    return fleet.consumers().stream()
        .mapToLong(when)
        .map(time -> time == 0 ? System.nanoTime() : time)
        .max()
        .orElseThrow();
  }

  private void kill(Fleet fleet, String uri, SoakReport report) throws InterruptedException {
    Durations took = new Durations();
    for (int i = 0; i < kills; i++) {
      String id = "killed" + i;
      String service = fleet.services().get(i % fleet.services().size());
      try (ChildProcess process =
          SoakProcess.start(
              "the provider", List.of("outage-provider", "--registry", uri, service, id))) {
        process.await("registered");
        awaitAll(fleet, consumer -> consumer.came(id));
        long begin = System.nanoTime();
        process.kill();
        took.add(awaitAll(fleet, consumer -> consumer.went(id)) - begin);
      }
    }
    Duration limit = Duration.ofSeconds(registry().sessionTimeoutSeconds() + 1L);
    report.check(
        took.longest().compareTo(limit) <= 0,
        "all consumers have removed a killed provider after (session timeout %d s): %s"
            .formatted(registry().sessionTimeoutSeconds(), took));
  }

  private void outage(OutageKind kind, RegistryServer server, Fleet fleet, SoakReport report)
      throws InterruptedException {
    fleet.consumers().forEach(Consumer::forgetGone);
    kind.begin(server);
    long begin = System.nanoTime();
    report.line("%s: the server is down for %d s".formatted(kind, away));
    boolean noticed =
        Waiting.until(
            Duration.ofSeconds(Math.max(away - 1L, 1)),
            () -> fleet.consumers().stream().allMatch(Consumer::isStale));
    report.check(
        noticed,
        String.format(
            Locale.ROOT,
            "%s: all lists were marked stale after %.1f s",
            kind,
            (System.nanoTime() - begin) / 1e9));
    String late = "late" + fresh++;
    Provider provider = fleet.providers().getFirst();
    Registration registration = provider.register(fleet.instance(0, late));
    long left = Duration.ofSeconds(away).toNanos() - (System.nanoTime() - begin);
    Thread.sleep(Duration.ofNanos(Math.max(left, 0)));
    report.check(
        registration.state() == Registration.State.PENDING && gone(fleet).isEmpty(),
        "%s: no consumer has lost an instance".formatted(kind));
    long requests = fleet.requests();
    kind.end(server);
    back(kind, server, fleet, late, requests, report);
    provider.leave(late);
    Waiting.until(PATIENCE, fleet::isSettled);
  }

  private void back(
      OutageKind kind,
      RegistryServer server,
      Fleet fleet,
      String late,
      long requests,
      SoakReport report)
      throws InterruptedException {
    long begin = System.nanoTime();
    long before = requests;
    long most = 0;
    boolean settled = false;
    long look = begin;
    // The other consumers have kept their lists. A new consumer only sees the current entries.
    Registry strange = Registry.open(registry().uri(server) + "&start-timeout=0s");
    try (Consumer stranger = new Consumer(strange, fleet.services())) {
      while (!settled && System.nanoTime() - begin < PATIENCE.toNanos()) {
        look += Duration.ofMillis(100).toNanos();
        Thread.sleep(Duration.ofNanos(Math.max(0, look - System.nanoTime())));
        long now = fleet.requests();
        most = Math.max(most, now - before);
        before = now;
        settled = fleet.isSettled() && stranger.isLive() && stranger.wrong(fleet.truth()) == 0;
      }
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    report.check(
        settled && seconds <= BACK_LIMIT.toSeconds(),
        String.format(
            Locale.ROOT,
            "%s: everything was registered and watched again, and the instance registered"
                + " meanwhile was known, %.1f s after the server was back; %d requests, at most %d"
                + " in 100 ms",
            kind,
            seconds,
            before - requests,
            most));
    report.check(
        gone(fleet).isEmpty(),
        "%s: no consumer lost an instance, and %s is known".formatted(kind, late));
  }

  private static Set<String> gone(Fleet fleet) {
    return fleet.consumers().stream()
        .map(Consumer::gone)
        .filter(gone -> !gone.isEmpty())
        .findFirst()
        .orElse(Set.of());
  }
}
