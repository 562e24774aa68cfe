package io.gannet.rpc.internal.balancer;

import io.gannet.rpc.Balancer;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Rendezvous hashing: each key has a score for each instance, and its calls go to the instance with
 * the highest score. The balancer needs no state. An instance that is added or removed doesn't
 * change the scores of the others. With weights the score is {@code -weight / ln(hash)}, so that
 * each instance receives the proportion that its weight defines.
 */
public final class ConsistentHash implements Balancer {

  private final Function<Call, @Nullable String> key;
  private final Balancer otherwise;

  /**
   * Creates a balancer.
   *
   * @param key returns the key of a call, or null
   * @param otherwise chooses for calls without a key
   */
  public ConsistentHash(Function<Call, @Nullable String> key, Balancer otherwise) {
    this.key = Objects.requireNonNull(key, "key");
    this.otherwise = otherwise;
  }

  @Override
  public Candidate choose(List<Candidate> candidates, Call call) {
    String text = key.apply(call);
    if (text == null) {
      return otherwise.choose(candidates, call);
    }
    long hash = hash(text);
    Candidate best = candidates.getFirst();
    double highest = Double.NEGATIVE_INFINITY;
    for (Candidate candidate : candidates) {
      double score = score(hash, candidate);
      if (score > highest) {
        highest = score;
        best = candidate;
      }
    }
    return best;
  }

  private static double score(long key, Candidate candidate) {
    long mixed = mix(key ^ hash(candidate.instance().id()));
    double uniform = ((mixed >>> 11) + 0.5) * 0x1.0p-53; // never 0 or 1
    double weight = Math.max(candidate.weight(), Double.MIN_NORMAL);
    return -weight / Math.log(uniform);
  }

  /**
   * Hashes a text. All clients must use the same hash, so it is the one that {@code String}
   * defines; a String caches it.
   */
  private static long hash(String text) {
    return mix(text.hashCode() * 0x9E37_79B9_7F4A_7C15L + text.length());
  }

  /** The finalizer of MurmurHash3: each bit of the result depends on each bit of the value. */
  private static long mix(long value) {
    long mixed = value;
    mixed ^= mixed >>> 33;
    mixed *= 0xFF51_AFD7_ED55_8CCDL;
    mixed ^= mixed >>> 33;
    mixed *= 0xC4CE_B9FE_1A85_EC53L;
    return mixed ^ (mixed >>> 33);
  }
}
