package io.gannet.discovery.internal;

import io.gannet.rpc.Instance;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Doubts the registry's list for some time after it could not be followed. Providers that were cut off as well
 * have lost their sessions, and a registry that was set up anew has none: what is missing now may be there in
 * a moment. So a list with at most half of what was known is not believed: what is missing is kept, until all
 * of it is back or the time is over. A list that shrinks less is believed, since instances also stop during
 * outages.
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

  /** The list can't be followed any more. */
  void interrupted(Map<String, Instance> visible) {
    known = Map.copyOf(visible);
  }

  /** There is a list again. */
  void resumed(long now) {
    doubting = !known.isEmpty() && !grace.isZero();
    end = now + grace.toNanos();
  }

  /** {@return what consumers shall see of what the registry has} */
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

  /** {@return what is kept although the registry doesn't have it, and since when} */
  Map<String, Instant> missing() {
    return missing;
  }
}
