package io.gannet.rpc.internal.balancer;

import io.gannet.rpc.Balancer;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Chooses an instance at random. An instance with a share below 1 is sometimes rejected. */
public final class RandomChoice implements Balancer {

  /**
   * The highest number of rejections per call. Even with the smallest share, only 1 of 1,000 calls
   * reaches it.
   */
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

  /** Returns at random whether an instance is rejected: with the probability 1 - share. */
  static boolean isPutBack(Candidate drawn) {
    double share = drawn.share();
    return share < 1 && ThreadLocalRandom.current().nextDouble() >= share;
  }
}
