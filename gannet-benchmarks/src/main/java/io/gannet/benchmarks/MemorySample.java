package io.gannet.benchmarks;

import io.gannet.benchmarks.peers.Peers;

/**
 * What many sessions cost in memory.
 *
 * @param peer of whom
 * @param round in which round
 * @param sessions how many
 * @param idle bytes of the process for each, when nothing has been sent
 * @param answered the same after one message each, and its answer
 * @param heap the part of that in the heap of the JVM
 */
record MemorySample(
    Peers peer, int round, int sessions, double idle, double answered, double heap) {}
