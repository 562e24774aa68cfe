package io.gannet.benchmarks.peers;

/** How a server on plain Netty is written. */
enum NettyStyle {
  /** Framing handlers from the library, write per message, flush when a read is complete. */
  IDIOMATIC,
  /** The same with a flush per message, as many first write it. */
  NAIVE,
  /** One handler that does everything, and nothing twice. */
  FUSED,
  /** The same, with the messages handed over to virtual threads. */
  VIRTUAL_EACH,
  /** The same, handed over when the loop has read from all sockets that were ready. */
  VIRTUAL_BATCH,
  /** And written when all of them have been handled, as far as they don't block. */
  VIRTUAL_BATCH_AND_FLUSH;

  boolean isFused() {
    return compareTo(FUSED) >= 0;
  }
}
