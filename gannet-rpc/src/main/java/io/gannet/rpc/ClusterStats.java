package io.gannet.rpc;

/**
 * The counters of an {@link RpcCluster} at one moment, since it was started.
 *
 * @param calls calls that were made
 * @param retries attempts that were made after the first of a call
 * @param failovers those of them that went to another instance
 * @param retriesRefused retries that were not made because the budget was used up
 * @param ejections how often an instance was ejected
 * @param joined instances that have been added
 * @param left instances that have left
 * @param ready instances that get calls now
 * @param connecting instances that are idle, or without a connection now
 * @param ejected instances that are ejected now
 * @param draining instances that have left and whose last calls run now
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
