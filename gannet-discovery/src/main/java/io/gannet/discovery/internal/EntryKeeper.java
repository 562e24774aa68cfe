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
 * Keeps one entry at the servers as it is wanted. It is told what is wanted and what has happened, and
 * compares the two whenever either changes ({@link #reconcile}); so it doesn't matter in which order things
 * happen, or what was lost on the way. Belongs to the loop.
 */
final class EntryKeeper {

  private static final Logger LOG = LoggerFactory.getLogger(EntryKeeper.class);

  /** What is known of the entry. */
  enum State {
    /** It isn't there. */
    ABSENT,
    /** It is being written. */
    PUTTING,
    /** It is there, with the value that was written last. */
    PRESENT,
    /** A request has failed, so that it may be there or not. */
    UNSURE,
    /** It is being removed. */
    REMOVING;

    boolean leadsTo(State next) {
      return switch (next) {
        // By a lost session from everywhere.
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

  /** Tells answers to the latest request from those that have been overtaken by a lost session. */
  private long changes;

  EntryKeeper(RegistryCore core, EntryKey key) {
    this.core = core;
    this.key = key;
  }

  State state() {
    return state;
  }

  /** {@return changes whenever the state does} */
  long changes() {
    return changes;
  }

  /** {@return whether nothing is wanted and nothing is there, so that it can be forgotten} */
  boolean isIdle() {
    return wanted == null && state == State.ABSENT;
  }

  /** From now on the entry shall say what a registration says. */
  void want(KeptRegistration registration) {
    wanted = registration;
    leaving.forEach(KeptRegistration::left);
    leaving.clear();
    reconcile();
  }

  /** The instance of the registration has changed. */
  void changed() {
    reconcile();
  }

  /** The entry shall not be there any more. */
  void unwant(KeptRegistration registration) {
    if (wanted != registration) {
      // Another has taken its place.
      registration.left();
      return;
    }
    wanted = null;
    leaving.add(registration);
    settle();
  }

  /** The session has ended, and its entries with it. */
  void sessionLost() {
    lost("the session was lost");
  }

  /** The servers say that the entry isn't there. */
  void missing() {
    lost("another client has removed it");
  }

  /** The servers say that the entry isn't what was written. */
  void overwritten() {
    lost("another client has changed it");
  }

  /** {@return whether this is what was written last} */
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

  /** The servers can be asked again. */
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

  /** The registry is closed: its session ends, and the entry with it. */
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
        // The answer comes here again.
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
      // Without a connection it begins when there is one.
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

  /** The one door to the state. */
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
