package io.gannet.rpc.internal.balancer;

import io.gannet.rpc.Balancer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Draws two instances in proportion to their weights, and chooses the one with less load. With
 * equal probabilities, an instance with the weight 10 would be drawn no more often than one with
 * the weight 1.
 */
public final class LeastPending implements Balancer {

  /**
   * The weights of a list laid end to end. Shares are not included, because they change with time.
   */
  private static final class Line {

    final List<Candidate> all;
    private final long[] ends;

    Line(List<Candidate> candidates) {
      all = candidates;
      ends = new long[candidates.size()];
      long end = 0;
      for (int i = 0; i < ends.length; i++) {
        end += candidates.get(i).instance().weight();
        ends[i] = end;
      }
    }

    private long length() {
      return ends[ends.length - 1];
    }

    private long begin(int index) {
      return index == 0 ? 0 : ends[index - 1];
    }

    /**
     * Draws an instance other than the given one, in proportion to its weight; any instance if no
     * other one has a weight.
     */
    int draw(ThreadLocalRandom random, int other) {
      long from = other < 0 ? 0 : begin(other);
      long skipped = other < 0 ? 0 : ends[other] - from;
      long rest = length() - skipped;
      if (rest == 0) {
        int index = random.nextInt(other < 0 ? ends.length : ends.length - 1);
        return other < 0 || index < other ? index : index + 1;
      }
      long place = random.nextLong(rest);
      if (other >= 0 && place >= from) {
        place += skipped;
      }
      int found = Arrays.binarySearch(ends, place);
      if (found < 0) {
        return -found - 1;
      }
      int index = found + 1; // an end belongs to the next positive weight
      while (ends[index] == place) {
        index++;
      }
      return index;
    }
  }

  /** The line of the list that most calls choose from. */
  private volatile @Nullable Line last;

  @Override
  public Candidate choose(List<Candidate> candidates, Call call) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    Line line = lineOf(candidates, call);
    int first = line.draw(random, -1);
    for (int i = 0; i < RandomChoice.TRIES && RandomChoice.isPutBack(candidates.get(first)); i++) {
      first = line.draw(random, -1);
    }
    Candidate one = candidates.get(first);
    if (candidates.size() == 1 || one.pending() == 0) {
      return one; // no instance has less load
    }
    Candidate other = candidates.get(line.draw(random, first));
    // Compares the load with this call included. Doesn't divide, because a weight may be zero.
    double busy = (one.pending() + 1) * other.weight();
    double otherBusy = (other.pending() + 1) * one.weight();
    return busy <= otherBusy ? one : other;
  }

  @SuppressWarnings("ReferenceEquality") // identity is enough, and faster
  private Line lineOf(List<Candidate> candidates, Call call) {
    Line line = last;
    if (line == null || line.all != candidates) {
      line = new Line(candidates);
      if (call.attempt() == 0) { // a retry chooses from another list
        last = line;
      }
    }
    return line;
  }
}
