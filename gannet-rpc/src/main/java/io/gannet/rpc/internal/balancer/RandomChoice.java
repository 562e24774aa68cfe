package io.gannet.rpc.internal.balancer;

import io.gannet.rpc.Balancer;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Draws one. One that is to get less than its part is put back now and then. */
public final class RandomChoice implements Balancer {

  @Override
  public Candidate choose(List<Candidate> candidates, Call call) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    Candidate drawn = candidates.get(random.nextInt(candidates.size()));
    for (int i = 1; i < candidates.size() && random.nextDouble() >= drawn.share(); i++) {
      drawn = candidates.get(random.nextInt(candidates.size()));
    }
    return drawn;
  }
}
