package io.gannet.cli.internal.registry;

import io.gannet.cli.internal.common.CommandLog;
import io.gannet.cli.internal.common.RegistryParameter;
import io.gannet.cli.internal.common.StopSignals;
import io.gannet.cli.internal.common.Version;
import io.gannet.discovery.Registry;
import io.gannet.discovery.RegistryException;
import io.gannet.discovery.RegistryStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the changes in a registry until it is stopped. */
@Command(
    name = "watch",
    description = {
      "Prints the content of a registry and then each change with its time (UTC), until Ctrl-C or"
          + " SIGTERM.",
      "",
      "  +  instance added or back    -  instance or skipped entry removed",
      "  ~  instance changed          ?  missing in the registry, kept for now",
      "  !  entry skipped, or list out of date    =  list up to date again",
      "",
      "New services are noticed within a second, named services at once."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
public final class RegistryWatchCommand implements Callable<Integer> {

  /**
   * How often the names of the services are queried, because no registry notifies of new services.
   */
  private static final Duration SERVICES_PERIOD = Duration.ofSeconds(1);

  /**
   * How often to check for changes that a directory doesn't notify of, such as an outdated list.
   */
  private static final Duration LOOK_PERIOD = Duration.ofMillis(100);

  @Spec private CommandSpec spec;

  @Mixin private RegistryParameter parameter = new RegistryParameter();

  @Parameters(paramLabel = "SERVICE", description = "The services to show. Default: all.")
  private List<String> services = List.of();

  @Option(names = "--json", description = "Prints each change as one JSON object per line.")
  private boolean json;

  /** Creates the command. */
  @SuppressWarnings("NullAway.Init") // picocli sets the spec
  public RegistryWatchCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    CommandLog.withoutRegistries();
    try (StopSignals signals = StopSignals.install();
        Registry registry = parameter.open()) {
      Semaphore wake = new Semaphore(0);
      signals.atFirst(wake::release);
      AtomicReference<Set<String>> names = new AtomicReference<>(Set.copyOf(services));
      @Nullable Thread asking =
          services.isEmpty()
              ? Thread.ofVirtual().start(() -> askForServices(registry, names, wake))
              : null;
      try {
        follow(registry, names, wake, signals);
      } finally {
        if (asking != null) {
          asking.interrupt();
        }
      }
    }
    return 0;
  }

  private static void askForServices(
      Registry registry, AtomicReference<Set<String>> names, Semaphore wake) {
    try {
      while (true) {
        try {
          Set<String> found = Set.copyOf(registry.services());
          if (!found.equals(names.getAndSet(found))) {
            wake.release();
          }
        } catch (RegistryException e) {
          // The known names are kept, as the lists are. The failure is reported elsewhere.
        }
        Thread.sleep(SERVICES_PERIOD);
      }
    } catch (InterruptedException | IllegalStateException e) {
      // The command is stopping.
    }
  }

  private void follow(
      Registry registry, AtomicReference<Set<String>> names, Semaphore wake, StopSignals signals)
      throws InterruptedException {
    ChangePrinter printer = new ChangePrinter(spec.commandLine().getOut(), json);
    Map<String, Follower> followers = new TreeMap<>();
    RegistryStatus.State state = RegistryStatus.State.CONNECTING;
    boolean isRead = true;
    while (!signals.received() && isRead) {
      state = tellState(registry, state, printer);
      Set<String> wanted = names.get();
      for (String name : wanted) {
        followers.computeIfAbsent(name, each -> new Follower(registry, each, wake::release));
      }
      for (Follower follower : followers.values()) {
        follower.changes().forEach(printer::print);
      }
      forget(followers, wanted);
      isRead = printer.flush();
      boolean woken = wake.tryAcquire(LOOK_PERIOD.toMillis(), TimeUnit.MILLISECONDS);
      if (woken) {
        wake.drainPermits();
      }
    }
  }

  private static RegistryStatus.State tellState(
      Registry registry, RegistryStatus.State before, ChangePrinter printer) {
    RegistryStatus status = registry.status();
    if (status.state() != before) {
      Throwable cause = status.cause();
      String why = cause == null ? "" : ": " + cause.getMessage();
      switch (status.state()) {
        case CONNECTED -> printer.note("connected", "%s is connected".formatted(registry.uri()));
        case DISCONNECTED ->
            printer.note(
                "disconnected",
                "%s can't be queried, the last known state is kept%s"
                    .formatted(registry.uri(), why));
        case CONNECTING, CLOSED -> {}
      }
    }
    return status.state();
  }

  /** Stops following services whose last instance has left, until they are found again. */
  private static void forget(Map<String, Follower> followers, Set<String> wanted) {
    followers
        .entrySet()
        .removeIf(entry -> {
          boolean gone = !wanted.contains(entry.getKey()) && entry.getValue().last().isEmpty();
          if (gone) {
            entry.getValue().close();
          }
          return gone;
        });
  }
}
