package io.gannet.benchmarks;

import io.gannet.benchmarks.peers.Peers;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The output of a load generator: each line has a name and its values. */
final class Readings {

  private static final long TICK_NANOS = 10_000_000;
  private static final double LOAD_FULL = 0.95;
  private static final double SERVER_FULL = 0.92;
  private static final double NOISE = 0.03;
  private static final double STOLEN = 0.01;
  private static final long LATE_NANOS = 1_000_000;

  private final Map<String, long[]> values = new HashMap<>();

  Readings(List<String> lines) {
    for (String line : lines) {
      String[] words = line.split(" ", -1);
      values.put(
          words[0], Arrays.stream(words, 1, words.length).mapToLong(Long::parseLong).toArray());
    }
    for (String name : List.of("messages", "ns", "serverCpuNs", "busyTicks", "latencyNs")) {
      if (!values.containsKey(name)) {
        throw new IllegalArgumentException(
            "the load generator didn't report " + name + ", but: " + String.join("; ", lines));
      }
    }
  }

  Sample sample(Peers peer, Cell cell, int round, Cores cores) {
    long nanos = first("ns");
    long server = first("serverCpuNs");
    long load = first("loadCpuNs");
    long busy =
        (ticks("busyTicks", cores.server()) + ticks("busyTicks", cores.load())) * TICK_NANOS;
    long stolen =
        (ticks("stolenTicks", cores.server()) + ticks("stolenTicks", cores.load())) * TICK_NANOS;
    long others = Math.max(0, busy - stolen - server - load);
    long user = first("serverUserTicks");
    long system = first("serverSystemTicks");
    long[] latency = values.get("latencyNs");
    return new Sample(
        peer,
        cell,
        round,
        first("messages"),
        nanos,
        server,
        user + system == 0 ? Double.NaN : (double) user / (user + system),
        load,
        others,
        new Sample.Latency(latency[1], latency[3], latency[4], latency[5]),
        marks(cell, nanos, server, load, others, stolen));
  }

  private Set<Mark> marks(Cell cell, long nanos, long server, long load, long others, long stolen) {
    Set<Mark> marks = EnumSet.noneOf(Mark.class);
    boolean openLoop = cell.rate() > 0;
    if (!openLoop && load > LOAD_FULL * nanos && server < SERVER_FULL * nanos) {
      marks.add(Mark.LOAD_BOUND);
    }
    if (openLoop && values.get("delayNs")[3] > LATE_NANOS) {
      marks.add(Mark.LATE);
    }
    if (others > NOISE * nanos) {
      marks.add(Mark.NOISY);
    }
    if (stolen > STOLEN * nanos) {
      marks.add(Mark.STOLEN);
    }
    return marks;
  }

  private long first(String name) {
    return values.get(name)[0];
  }

  private long ticks(String name, int core) {
    long[] cores = values.get(name);
    return core < cores.length ? cores[core] : 0;
  }
}
