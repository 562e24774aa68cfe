package io.gannet.rpc.internal.balancer;

import io.gannet.rpc.Balancer;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Takes the less busy one of two that are drawn. */
public final class LeastPending implements Balancer {

  @Override
  public Candidate choose(List<Candidate> candidates, Call call) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    int first = random.nextInt(candidates.size());
    int second = random.nextInt(candidates.size() - 1);
    Candidate one = candidates.get(first);
    Candidate other = candidates.get(second < first ? second : second + 1);
    // What there would be with this call, compared without dividing: a weight may be zero.
    double busy = (one.pending() + 1) * other.weight();
    double otherBusy = (other.pending() + 1) * one.weight();
    if (one.pending() == 0 && other.pending() == 0) {
      // Idle ones get as much as their weights say, and not all to the heavier.
      return random.nextDouble() * (one.weight() + other.weight()) < one.weight() ? one : other;
    }
    return busy <= otherBusy ? one : other;
  }
}
