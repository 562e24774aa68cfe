package io.gannet.benchmarks;

import io.gannet.benchmarks.peers.Peers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * All measurements.
 *
 * @param samples the measurements in their order
 * @param memory the measurements of memory
 * @param starts the measured starts
 */
record Results(List<Sample> samples, List<MemorySample> memory, List<StartSample> starts) {

  /** Returns the cells in the order of their measurement. */
  List<Cell> cells() {
    return samples.stream().map(Sample::cell).distinct().toList();
  }

  /** Returns the peers that were measured in a cell, in the order of their declaration. */
  List<Peers> peers(Cell cell) {
    return samples.stream()
        .filter(sample -> sample.cell().equals(cell))
        .map(Sample::peer)
        .distinct()
        .sorted()
        .toList();
  }

  List<Sample> of(Cell cell, Peers peer) {
    return samples.stream()
        .filter(sample -> sample.cell().equals(cell) && sample.peer() == peer)
        .toList();
  }

  Statistics statistics(Cell cell, Peers peer, ToDoubleFunction<Sample> value) {
    return Statistics.of(of(cell, peer).stream().map(value::applyAsDouble).toList());
  }

  /** Returns the ratio of two peers' processor time per message, within each round. */
  Statistics ratio(Cell cell, Peers peer, Peers other) {
    Map<Integer, Sample> others =
        of(cell, other).stream().collect(Collectors.toMap(Sample::round, sample -> sample));
    List<Double> ratios = new ArrayList<>();
    for (Sample sample : of(cell, peer)) {
      Sample match = others.get(sample.round());
      if (match != null) {
        ratios.add(sample.microsPerMessage() / match.microsPerMessage());
      }
    }
    return Statistics.of(ratios);
  }

  /**
   * Returns how much more a peer's processor time per message grows between two cells than that of
   * another, within each round.
   */
  Statistics growthRatio(Cell from, Cell to, Peers peer, Peers other) {
    Map<Integer, Double> first = growth(from, to, peer);
    Map<Integer, Double> second = growth(from, to, other);
    return Statistics.of(
        first.entrySet().stream()
            .filter(entry -> second.containsKey(entry.getKey()))
            .map(entry -> entry.getValue() / second.get(entry.getKey()))
            .toList());
  }

  private Map<Integer, Double> growth(Cell from, Cell to, Peers peer) {
    Map<Integer, Double> before =
        of(from, peer).stream().collect(Collectors.toMap(Sample::round, Sample::microsPerMessage));
    return of(to, peer).stream()
        .filter(sample -> before.containsKey(sample.round()))
        .collect(
            Collectors.toMap(
                Sample::round, sample -> sample.microsPerMessage() / before.get(sample.round())));
  }

  Statistics memory(Peers peer, ToDoubleFunction<MemorySample> value) {
    return Statistics.of(
        memory.stream().filter(sample -> sample.peer() == peer).map(value::applyAsDouble).toList());
  }

  Statistics start(Peers peer, ToDoubleFunction<StartSample> value) {
    return Statistics.of(
        starts.stream().filter(sample -> sample.peer() == peer).map(value::applyAsDouble).toList());
  }

  /** Returns the ratio of two peers' memory per session, within each round. */
  Statistics memoryRatio(Peers peer, Peers other) {
    Map<Integer, MemorySample> others =
        memory.stream()
            .filter(sample -> sample.peer() == other)
            .collect(Collectors.toMap(MemorySample::round, sample -> sample));
    List<Double> ratios = new ArrayList<>();
    for (MemorySample sample : memory) {
      MemorySample match = others.get(sample.round());
      if (sample.peer() == peer && match != null) {
        ratios.add(sample.answered() / match.answered());
      }
    }
    return Statistics.of(ratios);
  }

  /** Returns the marks of more than half of the measurements. */
  Set<Mark> marks(Cell cell, Peers peer) {
    List<Sample> all = of(cell, peer);
    Set<Mark> marks = EnumSet.noneOf(Mark.class);
    for (Mark mark : Mark.values()) {
      List<Boolean> having = all.stream().map(sample -> sample.marks().contains(mark)).toList();
      if (2 * Collections.frequency(having, true) > all.size()) {
        marks.add(mark);
      }
    }
    return marks;
  }
}
