package io.gannet.discovery.internal;

import io.gannet.discovery.spi.EntryKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All entries of a registry, and their audit. Periodically and after each outage, the audit queries
 * the entries of the session. Entries that another client has deleted or changed are written again.
 * Unwanted entries are removed: they exist if a request that seemed to have failed was executed
 * late. Belongs to the loop.
 */
final class EntryKeepers {

  private static final Logger LOG = LoggerFactory.getLogger(EntryKeepers.class);

  private final RegistryCore core;
  private final Map<EntryKey, EntryKeeper> keepers = new HashMap<>();
  private @Nullable Future<?> audit;

  EntryKeepers(RegistryCore core) {
    this.core = core;
  }

  void want(EntryKey key, KeptRegistration registration) {
    keepers.computeIfAbsent(key, any -> new EntryKeeper(core, key)).want(registration);
    if (audit == null) {
      scheduleAudit(nextAudit());
    }
  }

  void changed(EntryKey key) {
    EntryKeeper keeper = keepers.get(key);
    if (keeper != null) {
      keeper.changed();
    }
  }

  void unwant(EntryKey key, KeptRegistration registration) {
    EntryKeeper keeper = keepers.get(key);
    if (keeper == null) {
      registration.left();
    } else {
      keeper.unwant(registration);
    }
  }

  void sessionLost() {
    List.copyOf(keepers.values()).forEach(EntryKeeper::sessionLost);
  }

  void connected(boolean first) {
    List.copyOf(keepers.values()).forEach(keeper -> keeper.connected(first));
    if (!keepers.isEmpty()) {
      scheduleAudit(first ? nextAudit() : core.spread());
    }
  }

  void disconnected() {
    keepers.values().forEach(EntryKeeper::disconnected);
    endAudit();
  }

  void close() {
    endAudit();
    keepers.values().forEach(EntryKeeper::close);
    keepers.clear();
  }

  private Duration nextAudit() {
    // Between half and one and a half periods, so that processes that started together don't stay
    // in step.
    double part = 0.5 + ThreadLocalRandom.current().nextDouble();
    return Duration.ofNanos((long) (core.options().auditPeriod().toNanos() * part));
  }

  private void scheduleAudit(Duration delay) {
    endAudit();
    audit = core.schedule(delay, this::audit);
  }

  private void endAudit() {
    if (audit != null) {
      audit.cancel(false);
      audit = null;
    }
  }

  private void audit() {
    audit = null;
    keepers.values().removeIf(EntryKeeper::isIdle);
    if (keepers.isEmpty() || !core.isConnected()) {
      return;
    }
    scheduleAudit(nextAudit());
    Map<EntryKey, Long> asked = new HashMap<>();
    keepers.forEach((key, keeper) -> asked.put(key, keeper.changes()));
    core.<Map<EntryKey, byte[]>>ask(
        core.driver()::held,
        (held, error) -> {
          if (held == null) {
            LOG.debug("The audit of {} has failed", core.uri(), error);
          } else if (core.isConnected()) {
            compare(held, asked);
          }
        });
  }

  /** Ignores entries that have changed since the query. */
  private void compare(Map<EntryKey, byte[]> held, Map<EntryKey, Long> asked) {
    asked.forEach((key, changes) -> {
      EntryKeeper keeper = keepers.get(key);
      if (keeper != null
          && keeper.changes() == changes
          && keeper.state() == EntryKeeper.State.PRESENT) {
        byte[] value = held.get(key);
        if (value == null) {
          RegistryLog.LOG.warn(core.uri(), key + " was missing and is written again");
          keeper.missing();
        } else if (!keeper.hasWritten(value)) {
          RegistryLog.LOG.warn(
              core.uri(), key + " was changed by another client and is written again");
          keeper.overwritten();
        }
      }
    });
    for (EntryKey key : held.keySet()) {
      EntryKeeper keeper = keepers.get(key);
      boolean wanted = keeper != null && !keeper.isIdle();
      // An entry that was wanted at the query may no longer be; the next audit handles it.
      if (!wanted && !asked.containsKey(key)) {
        RegistryLog.LOG.warn(core.uri(), key + " was left over and is removed");
        core.<@Nullable Void>ask(() -> core.driver().remove(key), (nothing, error) -> {});
      }
    }
  }
}
