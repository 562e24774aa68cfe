package io.gannet.soak.internal.registry;

import picocli.CommandLine.Option;

/** The options that say how large the fleet of a soak is. */
final class FleetOptions {

  @Option(
      names = "--instances",
      paramLabel = "N",
      description = "How many instances there are. Default: ${DEFAULT-VALUE}.")
  private int instances;

  @Option(
      names = "--services",
      paramLabel = "N",
      description = "Of how many services. Default: ${DEFAULT-VALUE}.")
  private int services;

  @Option(
      names = "--providers",
      paramLabel = "N",
      defaultValue = "20",
      description = "By how many providers. Default: ${DEFAULT-VALUE}.")
  private int providers;

  @Option(
      names = "--consumers",
      paramLabel = "N",
      defaultValue = "5",
      description = "How many consumers watch all services. Default: ${DEFAULT-VALUE}.")
  private int consumers;

  /**
   * Creates the options.
   *
   * @param instances how many instances there are by default
   * @param services of how many services by default
   */
  FleetOptions(int instances, int services) {
    this.instances = instances;
    this.services = services;
  }

  int instances() {
    return instances;
  }

  int services() {
    return services;
  }

  int providers() {
    return providers;
  }

  int consumers() {
    return consumers;
  }

  Fleet connect(String uri) {
    return new Fleet(uri, services, providers, consumers);
  }

  @Override
  public String toString() {
    return "%d instances of %d services by %d providers, all known to %d consumers"
        .formatted(instances, services, providers, consumers);
  }
}
