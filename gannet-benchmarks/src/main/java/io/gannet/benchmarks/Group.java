package io.gannet.benchmarks;

import io.gannet.benchmarks.peers.Peers;
import io.gannet.benchmarks.peers.Work;
import java.util.List;

/**
 * Cells that are measured together. In each round, each server is measured in all cells before the
 * next server's turn.
 *
 * @param name the name on command lines
 * @param work the work of the servers
 * @param peers the servers in the order of their turns
 * @param cells the cells in the order of their measurements
 */
record Group(String name, Work work, List<Peers> peers, List<Cell> cells) {

  /**
   * {@return the factor for the warm-up time} RPC servers and their clients are large, and warm up
   * together.
   */
  double warmupFactor() {
    return work == Work.CALL || work == Work.STREAM ? 2 : 1;
  }
}
