package io.gannet.rpc;

/**
 * A snapshot of the counters of an {@link RpcCluster} since its start.
 *
 * @param calls calls
 * @param retries attempts after the first one of a call
 * @param failovers retries on another instance
 * @param retriesRefused retries skipped because the budget was exhausted
 * @param ejections ejections of instances
 * @param joined added instances
 * @param left removed instances
 * @param ready instances that currently receive calls
 * @param connecting instances that are currently idle or without a connection
 * @param ejected instances that are currently ejected
 * @param draining instances that have left and whose last calls are still running
 */
public record ClusterStats(
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
    int draining) {}
