package io.gannet.discovery.internal;

import io.gannet.rpc.Instance;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Distrusts the registry's list for a while after an interruption. Providers that were cut off as
 * well have lost their sessions, and a newly set up registry has no entries, so missing instances
 * may return soon. If a list has at most half of the known instances, the missing ones are kept
 * until all of them are back or the time is over. A list that shrinks less is accepted, because
 * instances also stop during outages.
 */
final class OutageGuard {

  private final Duration grace;
  private Map<String, Instance> known = Map.of();
  private final Map<String, Instant> missing = new HashMap<>();
  private boolean doubting;
  private boolean holding;
  private long end;

  OutageGuard(Duration grace) {
    this.grace = grace;
  }

  /** Called when the list can't be followed any more. */
  void interrupted(Map<String, Instance> visible) {
    known = Map.copyOf(visible);
  }

  /** Called when there is a list again. */
  void resumed(long now) {
    doubting = !known.isEmpty() && !grace.isZero();
    end = now + grace.toNanos();
  }

  /** {@return the instances that consumers see, given those in the registry} */
  Map<String, Instance> filter(Map<String, Instance> listed, long now) {
    if (doubting && now - end >= 0) {
      doubting = false;
      known = Map.of();
    }
    holding =
        doubting
            && (holding || listed.size() * 2 <= known.size())
            && !listed.keySet().containsAll(known.keySet());
    if (!holding) {
      missing.clear();
      return new TreeMap<>(listed);
    }
    TreeMap<String, Instance> visible = new TreeMap<>(known);
    visible.putAll(listed);
    missing.keySet().removeAll(listed.keySet());
    for (String id : known.keySet()) {
      if (!listed.containsKey(id)) {
        missing.putIfAbsent(id, Instant.now());
      }
    }
    return visible;
  }

  /**
   * {@return the instances that are kept although the registry doesn't have them, with the time
   * since when}
   */
  Map<String, Instant> missing() {
    return missing;
  }
}
