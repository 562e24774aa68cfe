package io.gannet.discovery.internal;

import io.gannet.discovery.RegistryException;
import io.gannet.discovery.RegistryOptions;
import io.gannet.discovery.RegistryStatus;
import io.gannet.discovery.RegistryStatus.State;
import io.gannet.discovery.RegistryUri;
import io.gannet.discovery.spi.DriverContext;
import io.gannet.discovery.spi.RegistryDriver;
import io.gannet.discovery.spi.RegistryDriverProvider;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection of a registry. Knows whether the servers can be queried, and notifies the parts of
 * the registry when that changes. Everything except volatile fields belongs to the loop.
 */
final class RegistryCore implements DriverContext {

  private static final Logger LOG = LoggerFactory.getLogger(RegistryCore.class);

  private final RegistryUri uri;
  private final RegistryOptions options;
  private final RegistryLoop loop;
  private final Counters counters = new Counters();
  private final Promise<String> firstConnection = new Promise<>();
  private final RegistryDriver driver;
  private final EntryKeepers keepers;
  private final ServiceWatches watches;

  /** The number of failed attempts before the first connection. */
  private int attempts;

  private volatile RegistryStatus status =
      new ConnectionStatus(State.CONNECTING, Instant.now(), "", null);

  RegistryCore(RegistryUri uri, RegistryOptions options, RegistryDriverProvider provider) {
    this.uri = uri;
    this.options = options;
    loop = new RegistryLoop(uri.scheme(), options.time());
    keepers = new EntryKeepers(this);
    watches = new ServiceWatches(this);
    driver = provider.create(uri, this);
  }

  void start() {
    loop.execute(driver::start);
  }

  RegistryUri uri() {
    return uri;
  }

  RegistryLoop loop() {
    return loop;
  }

  RegistryDriver driver() {
    return driver;
  }

  EntryKeepers keepers() {
    return keepers;
  }

  ServiceWatches watches() {
    return watches;
  }

  Counters counters() {
    return counters;
  }

  RegistryStatus status() {
    return status;
  }

  boolean isConnected() {
    return status.state() == State.CONNECTED;
  }

  Promise<String> firstConnection() {
    return firstConnection;
  }

  /** The only method that changes the connection's state. */
  private void moveTo(State next, String session, @Nullable Throwable cause) {
    RegistryStatus before = status;
    if (before.state() == State.CLOSED) {
      throw new IllegalStateException("closed, and can't become " + next);
    }
    Instant since = before.state() == next ? before.since() : Instant.now();
    status = new ConnectionStatus(next, since, session, cause);
    if (before.state() == next) {
      return;
    }
    switch (next) {
      case CONNECTED -> RegistryLog.LOG.info(uri, "connected");
      case DISCONNECTED ->
          RegistryLog.LOG.warn(
              uri,
              "can't be queried; the last known state is kept, retrying: "
                  + Causes.describe(cause));
      case CONNECTING, CLOSED -> LOG.debug("{} is {}", uri, next);
    }
  }

  @Override
  public void connected(String session) {
    RegistryStatus before = status;
    if (before.state() == State.CLOSED) {
      return;
    }
    boolean sessionLost = !before.session().isEmpty() && !before.session().equals(session);
    boolean resumed = before.state() != State.CONNECTED;
    boolean first = before.state() == State.CONNECTING;
    if (!session.isEmpty() && !before.session().equals(session)) {
      counters.sessions.increment();
    }
    moveTo(State.CONNECTED, session, null);
    firstConnection.complete(session);
    if (sessionLost) {
      RegistryLog.LOG.warn(
          uri, "lost the session %s: registering everything again".formatted(before.session()));
      keepers.sessionLost();
    }
    if (resumed) {
      keepers.connected(first);
      watches.connected(first);
    }
  }

  @Override
  public void disconnected(Throwable error) {
    RegistryStatus before = status;
    Throwable cause = Objects.requireNonNull(Causes.unwrapped(error));
    if (before.state() == State.CLOSED) {
      return;
    }
    if (before.state() == State.CONNECTED) {
      counters.disconnects.increment();
      moveTo(State.DISCONNECTED, before.session(), cause);
      keepers.disconnected();
      watches.disconnected(cause);
    } else {
      moveTo(before.state(), before.session(), cause);
      neverConnected(cause);
    }
  }

  /**
   * Logs why there is no first connection, less and less often, because no thread may be waiting
   * for it.
   */
  private void neverConnected(Throwable cause) {
    if (status.state() == State.CONNECTING) {
      attempts++;
      if (Integer.bitCount(attempts) == 1) {
        RegistryLog.LOG.warn(
            uri,
            "can't connect, attempt %,d, retrying: %s".formatted(attempts, Causes.describe(cause)));
      }
      watches.disconnected(cause);
    }
  }

  /** Closes the connection. The caller, which may block, closes the driver. */
  void close() {
    moveTo(State.CLOSED, status.session(), null);
    firstConnection.fail(new RegistryException(uri + " is closed", null));
    keepers.close();
    watches.close();
  }

  @Override
  public RegistryOptions options() {
    return options;
  }

  @Override
  public void execute(Runnable task) {
    loop.execute(task);
  }

  @Override
  public Future<?> schedule(Duration delay, Runnable task) {
    return loop.schedule(delay, task);
  }

  @Override
  public Duration backoff(int failures) {
    return options.backoff().delay(failures, ThreadLocalRandom.current());
  }

  @Override
  public void requested() {
    counters.requests.increment();
  }

  /** {@return a random part of the time over which the work after an outage is distributed} */
  Duration spread() {
    long range = options.spread().toNanos();
    return range == 0
        ? Duration.ZERO
        : Duration.ofNanos(ThreadLocalRandom.current().nextLong(range));
  }

  /**
   * Sends a request through the driver. The answer arrives on the loop exactly once, at the latest
   * after the request timeout.
   */
  <T extends @Nullable Object> void ask(
      Supplier<CompletionStage<T>> request, BiConsumer<@Nullable T, @Nullable Throwable> answer) {
    Asked<T> asked = new Asked<>(answer);
    asked.timer =
        schedule(
            options.requestTimeout(),
            () ->
                asked.answered(
                    null,
                    new TimeoutException(
                        "no answer from %s within %s (withRequestTimeout)"
                            .formatted(uri, options.requestTimeout()))));
    CompletionStage<T> stage;
    try {
      stage = request.get();
    } catch (RuntimeException e) {
      execute(() -> asked.answered(null, e));
      return;
    }
    stage.whenComplete((value, error) -> execute(() -> asked.answered(value, error)));
  }

  private final class Asked<T extends @Nullable Object> {

    private @Nullable BiConsumer<@Nullable T, @Nullable Throwable> answer;
    private @Nullable Future<?> timer;

    Asked(BiConsumer<@Nullable T, @Nullable Throwable> answer) {
      this.answer = answer;
    }

    void answered(@Nullable T value, @Nullable Throwable error) {
      BiConsumer<@Nullable T, @Nullable Throwable> waiting = answer;
      if (waiting == null) {
        return;
      }
      answer = null;
      if (timer != null) {
        timer.cancel(false);
      }
      if (error != null) {
        counters.failures.increment();
      }
      waiting.accept(value, Causes.unwrapped(error));
    }
  }
}
