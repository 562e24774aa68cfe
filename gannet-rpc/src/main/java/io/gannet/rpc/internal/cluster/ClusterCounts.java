package io.gannet.rpc.internal.cluster;

import io.gannet.rpc.ClusterStats;

/** The counters of a cluster at one moment. */
record ClusterCounts(
    long calls,
    long retries,
    long failovers,
    long retriesRefused,
    long ejections,
    long joined,
    long left,
    int ready,
    int connecting,
    int ejected,
    int draining)
    implements ClusterStats {}
