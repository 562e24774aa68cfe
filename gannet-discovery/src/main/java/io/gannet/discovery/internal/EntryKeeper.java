package io.gannet.discovery.internal;

import io.gannet.discovery.spi.EntryKey;
import io.gannet.rpc.Instance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one entry on the servers in the wanted state. It receives the wanted state and the events,
 * and compares both whenever either changes ({@link #reconcile}). Therefore the order of events,
 * and lost responses, don't matter. Belongs to the loop.
 */
final class EntryKeeper {

  private static final Logger LOG = LoggerFactory.getLogger(EntryKeeper.class);

  /** The known state of the entry. */
  enum State {
    /** The entry doesn't exist. */
    ABSENT,
    /** The entry is being written. */
    PUTTING,
    /** The entry exists, with the value that was written last. */
    PRESENT,
    /** A request has failed, so the entry may or may not exist. */
    UNSURE,
    /** The entry is being removed. */
    REMOVING;

    boolean leadsTo(State next) {
      return switch (next) {
        // A lost session leads here from every state.
        case ABSENT -> this != ABSENT;
        case PUTTING -> this == ABSENT || this == PRESENT || this == UNSURE;
        case PRESENT -> this == PUTTING;
        case UNSURE -> this == PUTTING || this == REMOVING;
        case REMOVING -> this == PRESENT || this == UNSURE;
      };
    }
  }

  private final RegistryCore core;
  private final EntryKey key;
  private final List<KeptRegistration> leaving = new ArrayList<>();
  private State state = State.ABSENT;
  private @Nullable KeptRegistration wanted;
  private @Nullable Instance written;
  private @Nullable Future<?> pause;
  private int failures;

  /** Distinguishes responses to the latest request from those to requests before a lost session. */
  private long changes;

  EntryKeeper(RegistryCore core, EntryKey key) {
    this.core = core;
    this.key = key;
  }

  State state() {
    return state;
  }

  /** {@return a number that changes whenever the state does} */
  long changes() {
    return changes;
  }

  /** {@return whether no entry is wanted and none exists, so that this object can be dropped} */
  boolean isIdle() {
    return wanted == null && state == State.ABSENT;
  }

  /** Sets the registration whose instance the entry must contain. */
  void want(KeptRegistration registration) {
    wanted = registration;
    leaving.forEach(KeptRegistration::left);
    leaving.clear();
    reconcile();
  }

  /** Called when the instance of the registration has changed. */
  void changed() {
    reconcile();
  }

  /** Called when the entry of a registration must be removed. */
  void unwant(KeptRegistration registration) {
    if (wanted != registration) {
      // Another registration has taken its place.
      registration.left();
      return;
    }
    wanted = null;
    leaving.add(registration);
    settle();
  }

  /** Called when the session and its entries have ended. */
  void sessionLost() {
    lost("the session was lost");
  }

  /** Called when the servers report that the entry doesn't exist. */
  void missing() {
    lost("another client has removed it");
  }

  /** Called when the servers report another value than was written. */
  void overwritten() {
    lost("another client has changed it");
  }

  /** {@return whether this is the value that was written last} */
  boolean hasWritten(byte[] value) {
    return written != null && Arrays.equals(value, InstanceJson.encode(written));
  }

  private void lost(String why) {
    endPause();
    if (state != State.ABSENT) {
      if (wanted != null) {
        core.counters().restored.increment();
        LOG.debug("{} is written again: {}", key, why);
      }
      moveTo(State.ABSENT);
    }
    failures = 0;
    pause(core.spread());
  }

  /** Called when the servers can be queried again. */
  void connected(boolean first) {
    failures = 0;
    endPause();
    if (first) {
      reconcile();
    } else {
      pause(core.spread());
    }
  }

  void disconnected() {
    endPause();
  }

  /** Called when the registry is closed, which ends its session and removes the entry. */
  void close() {
    endPause();
    if (wanted != null) {
      leaving.add(wanted);
      wanted = null;
    }
    if (state != State.ABSENT) {
      moveTo(State.ABSENT);
    }
    settle();
  }

  private void settle() {
    if (isIdle()) {
      leaving.forEach(KeptRegistration::left);
      leaving.clear();
    } else {
      reconcile();
    }
  }

  private void reconcile() {
    if (!core.isConnected() || pause != null) {
      return;
    }
    KeptRegistration registration = wanted;
    switch (state) {
      case PUTTING, REMOVING -> {
        // The response calls this method again.
      }
      case ABSENT -> {
        if (registration != null) {
          put(registration.instance());
        }
      }
      case PRESENT -> {
        if (registration == null) {
          remove();
        } else if (!registration.instance().equals(written)) {
          put(registration.instance());
        } else {
          registration.present(true);
        }
      }
      case UNSURE -> {
        if (registration == null) {
          remove();
        } else {
          put(registration.instance());
        }
      }
    }
  }

  private void put(Instance instance) {
    written = instance;
    moveTo(State.PUTTING);
    core.counters().puts.increment();
    long asked = changes;
    core.<@Nullable Void>ask(
        () -> core.driver().put(key, InstanceJson.encode(instance)),
        (nothing, error) -> {
          if (asked == changes) {
            answered(State.PRESENT, error);
          }
        });
  }

  private void remove() {
    moveTo(State.REMOVING);
    long asked = changes;
    core.<@Nullable Void>ask(
        () -> core.driver().remove(key),
        (nothing, error) -> {
          if (asked == changes) {
            answered(State.ABSENT, error);
          }
        });
  }

  private void answered(State expected, @Nullable Throwable error) {
    if (error == null) {
      failures = 0;
      moveTo(expected);
      settle();
      return;
    }
    failures++;
    Duration wait = core.backoff(failures);
    if (core.isConnected() && Integer.bitCount(failures) == 1) {
      RegistryLog.LOG.warn(
          core.uri(),
          "%s was not %s, attempt %d, the next is in %d ms: %s"
              .formatted(
                  key,
                  expected == State.PRESENT ? "written" : "removed",
                  failures,
                  wait.toMillis(),
                  Causes.describe(error)));
    }
    moveTo(State.UNSURE);
    pause(wait);
  }

  /** Waits before the next request. */
  private void pause(Duration wait) {
    endPause();
    if (isIdle()) {
      settle();
    } else if (wait.isZero()) {
      reconcile();
    } else if (core.isConnected()) {
      // Without a connection, the wait starts when there is one.
      pause =
          core.schedule(
              wait,
              () -> {
                pause = null;
                reconcile();
              });
    }
  }

  private void endPause() {
    if (pause != null) {
      pause.cancel(false);
      pause = null;
    }
  }

  /** The only method that changes the state. */
  private void moveTo(State next) {
    if (!state.leadsTo(next)) {
      throw new IllegalStateException("%s can't become %s from %s".formatted(key, next, state));
    }
    LOG.trace("{}: {} -> {}", key, state, next);
    state = next;
    changes++;
    if (wanted != null) {
      if (next == State.PRESENT) {
        wanted.present(true);
      } else if (next == State.ABSENT) {
        wanted.present(false);
      }
    }
  }
}
