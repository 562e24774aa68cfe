package io.gannet.rpc.internal.balancer;

import io.gannet.rpc.Balancer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Takes those of one zone as long as there are any. */
public final class ZoneFirst implements Balancer {

  private final String zone;
  private final Balancer within;

  /** Those of the zone in a list, which is mostly the same as last time. */
  private record Near(List<Candidate> all, List<Candidate> near) {}

  private volatile @Nullable Near last;

  /**
   * Creates a balancer.
   *
   * @param zone which one
   * @param within chooses among its instances, or among all if it has none
   */
  public ZoneFirst(String zone, Balancer within) {
    this.zone = Objects.requireNonNull(zone, "zone");
    this.within = Objects.requireNonNull(within, "within");
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // the same list, not an equal one: that would take longer
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
