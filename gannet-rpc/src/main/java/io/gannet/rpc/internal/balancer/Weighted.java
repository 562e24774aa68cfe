package io.gannet.rpc.internal.balancer;

import io.gannet.rpc.Balancer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Takes each as often as its weight says. The weights are laid end to end, and each call goes a step along
 * that line, the golden ratio of its length: such steps cover a line as evenly as can be, whatever parts it has
 * (a Weyl sequence), and need no memory of who had how much.
 */
public final class Weighted implements Balancer {

  /** The golden ratio of 2^64. */
  private static final long STEP = 0x9E37_79B9_7F4A_7C15L;

  private final AtomicLong position = new AtomicLong();

  @Override
  public Candidate choose(List<Candidate> candidates, Call call) {
    double total = 0;
    for (Candidate candidate : candidates) {
      total += candidate.weight();
    }
    double at = (position.getAndAdd(STEP) >>> 11) * 0x1.0p-53;
    if (total == 0) {
      return candidates.get((int) (at * candidates.size()));
    }
    double left = at * total;
    for (Candidate candidate : candidates) {
      left -= candidate.weight();
      if (left < 0) {
        return candidate;
      }
    }
    return candidates.getLast(); // the weights have grown meanwhile, or were rounded
  }
}
