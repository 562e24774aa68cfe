package io.gannet.rpc.internal.cluster;

import io.gannet.rpc.ClusterStats;
import java.util.concurrent.atomic.LongAdder;

/** Counts the events of a cluster since its start. Thread-safe. */
final class ClusterCounters {

  final LongAdder calls = new LongAdder();
  final LongAdder retries = new LongAdder();
  final LongAdder failovers = new LongAdder();
  final LongAdder retriesRefused = new LongAdder();
  final LongAdder ejections = new LongAdder();
  final LongAdder joined = new LongAdder();
  final LongAdder left = new LongAdder();

  /** {@return the counters, with the number of instances in each state} */
  ClusterStats stats(int ready, int connecting, int ejected, int leaving) {
    return new ClusterCounts(
        calls.sum(),
        retries.sum(),
        failovers.sum(),
        retriesRefused.sum(),
        ejections.sum(),
        joined.sum(),
        left.sum(),
        ready,
        connecting,
        ejected,
        leaving);
  }
}
