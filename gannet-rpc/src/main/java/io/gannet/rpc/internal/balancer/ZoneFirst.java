package io.gannet.rpc.internal.balancer;

import io.gannet.rpc.Balancer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Prefers the instances of one zone while there are any. */
public final class ZoneFirst implements Balancer {

  private final String zone;
  private final Balancer within;

  /** The instances of the zone in the last list, which rarely changes. */
  private record Near(List<Candidate> all, List<Candidate> near) {}

  private volatile @Nullable Near last;

  /**
   * Creates a balancer.
   *
   * @param zone the preferred zone
   * @param within chooses among the instances of the zone, or among all if there are none
   */
  public ZoneFirst(String zone, Balancer within) {
    this.zone = Objects.requireNonNull(zone, "zone");
    this.within = Objects.requireNonNull(within, "within");
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // identity is enough, and faster
  public Candidate choose(List<Candidate> candidates, Call call) {
    Near known = last;
    if (known == null || known.all() != candidates) {
      known =
          new Near(
              candidates,
              candidates.stream().filter(one -> one.instance().zone().equals(zone)).toList());
      last = known;
    }
    return switch (known.near().size()) {
      case 0 -> within.choose(candidates, call);
      case 1 -> known.near().getFirst();
      default -> within.choose(known.near(), call);
    };
  }
}
