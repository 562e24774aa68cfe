package io.gannet.benchmarks.peers;

/** The style of a server on plain Netty. */
enum NettyStyle {
  /** Framing handlers of the library, a write per message, a flush after each read. */
  IDIOMATIC,
  /** The same with a flush per message, as in many first versions. */
  NAIVE,
  /** One handler that does everything without repeated work. */
  FUSED,
  /** The same, with the messages handled on virtual threads. */
  VIRTUAL_EACH,
  /** The same, but the loop starts the virtual threads after it has read from all ready sockets. */
  VIRTUAL_BATCH,
  /** The same, and the answers are written when all virtual threads have finished or blocked. */
  VIRTUAL_BATCH_AND_FLUSH;

  boolean isFused() {
    return compareTo(FUSED) >= 0;
  }
}
