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

/** Prints what changes in a registry, until it is told to stop. */
@Command(
    name = "watch",
    description = {
      "Prints what is in a registry, and then what changes, with the time (UTC), until Ctrl-C or"
          + " SIGTERM.",
      "",
      "  +  an instance is there              -  it is gone",
      "  ~  it says something else of itself  ?  the registry has lost it, the list keeps it",
      "  !  an entry that is no instance, or a list that can't be followed",
      "",
      "Services that are new are seen within a second; those that are named at once."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
public final class RegistryWatchCommand implements Callable<Integer> {

  /** How often it is asked which services there are: no registry tells that by itself. */
  private static final Duration SERVICES_PERIOD = Duration.ofSeconds(1);

  /** How often is looked at what a directory tells no listener, such as that its list is stale. */
  private static final Duration LOOK_PERIOD = Duration.ofMillis(100);

  @Spec private CommandSpec spec;

  @Mixin private RegistryParameter parameter = new RegistryParameter();

  @Parameters(paramLabel = "SERVICE", description = "Which services; by default all.")
  private List<String> services = List.of();

  @Option(names = "--json", description = "Prints each change as a JSON object in one line.")
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
          // The names stay, as the lists do; that it can't be asked is told anyhow.
        }
        Thread.sleep(SERVICES_PERIOD);
      }
    } catch (InterruptedException | IllegalStateException e) {
      // It is over.
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
                "%s can't be asked, what is known stays%s".formatted(registry.uri(), why));
        case CONNECTING, CLOSED -> {}
      }
    }
    return status.state();
  }

  /** Services whose last instance has left are of no more use, until they are found again. */
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
