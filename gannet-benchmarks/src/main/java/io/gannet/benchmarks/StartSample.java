package io.gannet.benchmarks;

import io.gannet.benchmarks.peers.Peers;

/**
 * The start of one server.
 *
 * @param peer the server
 * @param round the round
 * @param answered seconds from the start of the process to the first answered message
 * @param half seconds from the start of the process, under load, until the processor time per
 *     message was for the first time at most twice that of a warm server
 */
record StartSample(Peers peer, int round, double answered, double half) {}
