package io.gannet.cli.internal.registry;

import io.gannet.cli.internal.common.CommandFailedException;
import io.gannet.cli.internal.common.CommandLog;
import io.gannet.cli.internal.common.RegistryParameter;
import io.gannet.cli.internal.common.Version;
import io.gannet.discovery.Registry;
import io.gannet.discovery.RegistryException;
import io.gannet.rpc.Directory;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Lists the current content of a registry. */
@Command(
    name = "ls",
    description = {
      "Lists the instances in a registry, and skipped entries with the reason. Prints a table if"
          + " it fits the width (COLUMNS, or 80), otherwise a few lines per instance.",
      "",
      "The exit code is 1 if the registry can't be queried, or a named SERVICE has no instance."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
public final class RegistryLsCommand implements Callable<Integer> {

  /** The time limit for listing all services. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  @Spec private CommandSpec spec;

  @Mixin private RegistryParameter parameter = new RegistryParameter();

  @Parameters(paramLabel = "SERVICE", description = "The services to show. Default: all.")
  private List<String> services = List.of();

  @Option(names = "--json", description = "Prints one JSON object.")
  private boolean json;

  @Option(
      names = "--full",
      description = "Prints values in full. By default, a value longer than a line is cut.")
  private boolean full;

  /** Creates the command. */
  @SuppressWarnings("NullAway.Init") // picocli sets the spec
  public RegistryLsCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    CommandLog.withoutRegistries();
    try (Registry registry = parameter.open()) {
      List<Listing> listings = list(registry);
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        out.println(toJson(registry, listings));
      } else {
        print(registry, listings, out);
      }
      out.flush();
      listings.stream()
          .filter(listing -> listing.instances().isEmpty() && services.contains(listing.service()))
          .findFirst()
          .ifPresent(listing -> {
            throw new CommandFailedException(
                "no instance of %s in %s".formatted(listing.service(), registry.uri()));
          });
      return 0;
    } catch (RegistryException e) {
      throw new CommandFailedException(String.valueOf(e.getMessage()), e);
    }
  }

  private List<Listing> list(Registry registry) throws InterruptedException {
    List<String> names =
        services.isEmpty() ? registry.services() : services.stream().distinct().toList();
    List<Directory> directories = names.stream().map(registry::watch).toList();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    List<Listing> listings = new ArrayList<>();
    for (Directory directory : directories) {
      try {
        directory
            .ready()
            .toCompletableFuture()
            .get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException | ExecutionException e) {
        throw new CommandFailedException(
            "%s has not listed %s within %d s: %s"
                .formatted(
                    registry.uri(),
                    directory.service(),
                    PATIENCE.toSeconds(),
                    Listing.of(directory).cause()),
            e);
      }
      listings.add(Listing.of(directory));
    }
    return listings;
  }

  private void print(Registry registry, List<Listing> listings, PrintWriter out) {
    InstanceTable table =
        new InstanceTable(Instant.now(), InstanceTable.width(System.getenv()), full);
    listings.forEach(table::add);
    table.print(out);
    int instances = listings.stream().mapToInt(listing -> listing.instances().size()).sum();
    long offered = listings.stream().filter(listing -> !listing.instances().isEmpty()).count();
    int skipped = listings.stream().mapToInt(listing -> listing.status().skipped().size()).sum();
    out.println(
        "%s of %s in %s%s"
            .formatted(
                count(instances, "instance", "instances"),
                count(offered, "service", "services"),
                registry.uri(),
                skipped == 0 ? "" : ", " + count(skipped, "entry", "entries") + " skipped"));
  }

  private static String count(long number, String one, String many) {
    return number + " " + (number == 1 ? one : many);
  }

  private static ObjectNode toJson(Registry registry, List<Listing> listings) {
    ObjectNode root = RegistryJson.object();
    root.put("registry", registry.uri().toString());
    ArrayNode services = root.putArray("services");
    for (Listing listing : listings) {
      ObjectNode service = services.addObject();
      service.put("service", listing.service());
      ArrayNode instances = service.putArray("instances");
      listing.instances().forEach(instance -> instances.add(RegistryJson.of(instance)));
      service.set("skipped", RegistryJson.strings(listing.status().skipped()));
    }
    return root;
  }
}
