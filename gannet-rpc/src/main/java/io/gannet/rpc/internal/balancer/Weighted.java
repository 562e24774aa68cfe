package io.gannet.rpc.internal.balancer;

import io.gannet.rpc.Balancer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Chooses each instance in proportion to its weight. The weights are laid end to end on a line.
 * Each call moves the position along that line by the golden ratio of its length. Such steps (a
 * Weyl sequence) cover a line as evenly as possible, whatever the weights are, and need no state
 * per instance.
 */
public final class Weighted implements Balancer {

  /** The golden ratio of 2^64. */
  private static final long STEP = 0x9E37_79B9_7F4A_7C15L;

  private final AtomicLong position = new AtomicLong();

  /** The weights of the candidates laid end to end. */
  private static final class Line {

    final List<Candidate> all;

    /** Whether the line can be reused for this list: it can if all shares are 1. */
    final boolean lasts;

    private final double[] ends;

    Line(List<Candidate> candidates) {
      all = candidates;
      ends = new double[candidates.size()];
      boolean complete = true;
      double end = 0;
      for (int i = 0; i < ends.length; i++) {
        Candidate candidate = candidates.get(i);
        complete &= candidate.share() == 1;
        end += candidate.weight();
        ends[i] = end;
      }
      lasts = complete;
    }

    Candidate at(double part) {
      double length = ends[ends.length - 1];
      if (length == 0) {
        return all.get((int) (part * ends.length));
      }
      int found = Arrays.binarySearch(ends, part * length);
      int index = found < 0 ? -found - 1 : found + 1; // an end belongs to the next
      return all.get(Math.min(index, ends.length - 1));
    }
  }

  /** The line of the last list, which rarely changes. */
  private volatile @Nullable Line last;

  @Override
  @SuppressWarnings("ReferenceEquality") // identity is enough, and faster
  public Candidate choose(List<Candidate> candidates, Call call) {
    Line line = last;
    if (line == null || line.all != candidates) {
      line = new Line(candidates);
      last = line.lasts ? line : null;
    }
    return line.at((position.getAndAdd(STEP) >>> 11) * 0x1.0p-53);
  }
}
