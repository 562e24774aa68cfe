package io.gannet.rpc.internal.balancer;

import io.gannet.rpc.Balancer;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** Chooses the instances in turn. An instance with a share below 1 is sometimes skipped. */
public final class RoundRobin implements Balancer {

  private final AtomicInteger turn = new AtomicInteger();

  @Override
  public Candidate choose(List<Candidate> candidates, Call call) {
    int size = candidates.size();
    for (int i = 1; i < size; i++) {
      Candidate next = next(candidates, size);
      double share = next.share();
      if (share >= 1 || ThreadLocalRandom.current().nextDouble() < share) {
        return next;
      }
    }
    return next(candidates, size);
  }

  private Candidate next(List<Candidate> candidates, int size) {
    return candidates.get(Math.floorMod(turn.getAndIncrement(), size));
  }
}
