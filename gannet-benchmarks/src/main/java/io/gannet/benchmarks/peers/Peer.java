package io.gannet.benchmarks.peers;

/** A server under test, in a process of its own, on one core. */
@FunctionalInterface
public interface Peer {

  /**
   * Starts to listen on a free port of the loopback address.
   *
   * @param work what to do with messages
   * @return the port
   * @throws Exception if it can't
   */
  int start(Work work) throws Exception;
}
