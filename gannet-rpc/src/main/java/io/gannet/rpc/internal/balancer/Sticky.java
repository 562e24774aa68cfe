package io.gannet.rpc.internal.balancer;

import io.gannet.rpc.Balancer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Remembers the instance for the calls of each key. */
public final class Sticky implements Balancer {

  private final Balancer first;
  private final ReentrantLock lock = new ReentrantLock();

  /**
   * The ids of instances by key, in the order of use, the most recent last. Guarded by the lock.
   */
  private final Map<String, String> places;

  /**
   * Creates a balancer.
   *
   * @param first chooses for new keys, and for calls without a key
   * @param keys the highest number of keys that are remembered
   */
  public Sticky(Balancer first, int keys) {
    if (keys < 1) {
      throw new IllegalArgumentException("keys must be positive: " + keys);
    }
    this.first = Objects.requireNonNull(first, "first");
    this.places =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > keys;
          }
        };
  }

  @Override
  public Candidate choose(List<Candidate> candidates, Call call) {
    String key = call.routingKey();
    if (key == null) {
      return first.choose(candidates, call);
    }
    Candidate known = find(candidates, place(key));
    if (known != null) {
      return known;
    }
    Candidate chosen = first.choose(candidates, call);
    lock.lock();
    try {
      String place = places.get(key);
      Candidate other = find(candidates, place); // set by a concurrent call
      if (other != null) {
        return other;
      }
      if (place == null || call.attempt() == 0) { // a retry elsewhere doesn't change the place
        places.put(key, chosen.instance().id());
      }
    } finally {
      lock.unlock();
    }
    return chosen;
  }

  private @Nullable String place(String key) {
    lock.lock();
    try {
      return places.get(key);
    } finally {
      lock.unlock();
    }
  }

  private static @Nullable Candidate find(List<Candidate> candidates, @Nullable String id) {
    if (id != null) {
      for (Candidate candidate : candidates) {
        if (candidate.instance().id().equals(id)) {
          return candidate;
        }
      }
    }
    return null;
  }
}
