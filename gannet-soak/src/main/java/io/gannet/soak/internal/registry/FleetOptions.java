package io.gannet.soak.internal.registry;

import picocli.CommandLine.Option;

/** The options for the size of a soak's fleet. */
final class FleetOptions {

  @Option(
      names = "--instances",
      paramLabel = "N",
      description = "The number of instances. Default: ${DEFAULT-VALUE}.")
  private int instances;

  @Option(
      names = "--services",
      paramLabel = "N",
      description = "The number of services. Default: ${DEFAULT-VALUE}.")
  private int services;

  @Option(
      names = "--providers",
      paramLabel = "N",
      defaultValue = "20",
      description = "The number of providers. Default: ${DEFAULT-VALUE}.")
  private int providers;

  @Option(
      names = "--consumers",
      paramLabel = "N",
      defaultValue = "5",
      description =
          "The number of consumers; each watches all services. Default:" + " ${DEFAULT-VALUE}.")
  private int consumers;

  /**
   * Creates the options.
   *
   * @param instances the default number of instances
   * @param services the default number of services
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
    return "%d instances of %d services, %d providers, %d consumers"
        .formatted(instances, services, providers, consumers);
  }
}
