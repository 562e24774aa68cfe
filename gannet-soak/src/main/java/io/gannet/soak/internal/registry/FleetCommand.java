package io.gannet.soak.internal.registry;

import io.gannet.cli.internal.common.CommandLog;
import io.gannet.cli.internal.common.Waiting;
import io.gannet.cli.internal.process.RegistryServer;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A soak of many providers and consumers on one registry. */
abstract class FleetCommand implements Callable<Integer> {

  /** How long to wait for what takes a moment. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  @Spec private CommandSpec spec;

  @Mixin private RegistryServerOptions registry = new RegistryServerOptions();

  @Mixin private FleetOptions size;

  /**
   * Creates the command.
   *
   * @param instances how many instances there are by default
   * @param services of how many services by default
   */
  @SuppressWarnings("NullAway.Init") // picocli sets the spec
  FleetCommand(int instances, int services) {
    size = new FleetOptions(instances, services);
  }

  RegistryServerOptions registry() {
    return registry;
  }

  FleetOptions size() {
    return size;
  }

  @Override
  public Integer call() throws InterruptedException {
    CommandLog.onlyErrors();
    CommandLog.withoutRegistries();
    SoakReport report = new SoakReport(spec.commandLine().getOut());
    try (RegistryServer server = registry.start();
        Fleet fleet = size.connect(registry.uri(server))) {
      fleet.register(size.instances());
      report.check(Waiting.until(PATIENCE, fleet::isSettled), description());
      run(server, fleet, report);
    }
    return report.end();
  }

  /** {@return what is run, for the first line} */
  String description() {
    return "%s: %s".formatted(registry.kind(), size);
  }

  /** Does what the soak is about, once everything is registered and known. */
  abstract void run(RegistryServer server, Fleet fleet, SoakReport report)
      throws InterruptedException;
}
