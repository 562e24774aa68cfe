package io.gannet.benchmarks;

import io.gannet.benchmarks.peers.Peers;
import io.gannet.benchmarks.peers.Work;
import java.util.List;

/**
 * Cells that are measured in one visit to a server: it is started, warmed up, measured in each cell,
 * and ended, then the next server's turn comes, and all that once a round.
 *
 * @param name for command lines
 * @param work what the servers do
 * @param peers in the order of their turns
 * @param cells in the order of their measurements
 */
record Group(String name, Work work, List<Peers> peers, List<Cell> cells) {

  /**
   * {@return how many times as long its servers warm up} Those that are called are large, and so are
   * their clients, which warm up with them.
   */
  double warmupFactor() {
    return work == Work.CALL || work == Work.STREAM ? 2 : 1;
  }
}
