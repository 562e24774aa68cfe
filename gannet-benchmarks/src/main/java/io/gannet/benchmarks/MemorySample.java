package io.gannet.benchmarks;

import io.gannet.benchmarks.peers.Peers;

/**
 * The memory of many sessions.
 *
 * @param peer the server
 * @param round the round
 * @param sessions the number of sessions
 * @param idle bytes of the process per session, before any message
 * @param answered bytes of the process per session, after one message each and its answer
 * @param heap the part of {@code answered} in the heap of the JVM; the rest is outside of it
 */
record MemorySample(
    Peers peer, int round, int sessions, double idle, double answered, double heap) {}
