package io.gannet.rpc.internal.balancer;

import io.gannet.rpc.Balancer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Takes each as often as its weight says. The weights are laid end to end, and each call goes a step along
 * that line, the golden ratio of its length: such steps cover a line as evenly as can be, whatever parts it has
 * (a Weyl sequence), and need no memory of who had how much.
 */
public final class Weighted implements Balancer {

  /** The golden ratio of 2^64. */
  private static final long STEP = 0x9E37_79B9_7F4A_7C15L;

  private final AtomicLong position = new AtomicLong();

  /** Where the part of each candidate ends. */
  private static final class Line {

    final List<Candidate> all;

    /** Whether it stays so for this list, as none has less than its part for now. */
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

  /** That of a list which is mostly the same as last time. */
  private volatile @Nullable Line last;

  @Override
  @SuppressWarnings("ReferenceEquality") // the same list, not an equal one: that would take longer
  public Candidate choose(List<Candidate> candidates, Call call) {
    Line line = last;
    if (line == null || line.all != candidates) {
      line = new Line(candidates);
      last = line.lasts ? line : null;
    }
    return line.at((position.getAndAdd(STEP) >>> 11) * 0x1.0p-53);
  }
}
