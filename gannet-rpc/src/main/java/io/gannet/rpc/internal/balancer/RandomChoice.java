package io.gannet.rpc.internal.balancer;

import io.gannet.rpc.Balancer;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Draws one. One that is to get less than its part is put back now and then. */
public final class RandomChoice implements Balancer {

  /** How often one is put back at most: with the smallest share all of these are in one of 1,000 calls. */
  static final int TRIES = 64;

  @Override
  public Candidate choose(List<Candidate> candidates, Call call) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    Candidate drawn = candidates.get(random.nextInt(candidates.size()));
    for (int i = 0; i < TRIES && isPutBack(drawn); i++) {
      drawn = candidates.get(random.nextInt(candidates.size()));
    }
    return drawn;
  }

  /** Draws whether one that was drawn is put back, as often as its share is less than 1. */
  static boolean isPutBack(Candidate drawn) {
    double share = drawn.share();
    return share < 1 && ThreadLocalRandom.current().nextDouble() >= share;
  }
}
