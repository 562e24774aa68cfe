package io.gannet.benchmarks.peers;

/** A server under test, in its own process, on one core. */
@FunctionalInterface
public interface Peer {

  /**
   * Starts to listen on a free port of the loopback address.
   *
   * @param work how to handle messages
   * @return the port
   * @throws Exception if the server can't start
   */
  int start(Work work) throws Exception;
}
