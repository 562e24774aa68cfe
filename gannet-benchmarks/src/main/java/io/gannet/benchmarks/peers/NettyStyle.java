package io.gannet.benchmarks.peers;

/** How a server on plain Netty is written. */
enum NettyStyle {
  /** Framing handlers from the library, write per message, flush when a read is complete. */
  IDIOMATIC,
  /** The same with a flush per message, as many first write it. */
  NAIVE,
  /** One handler that does everything, and nothing twice. */
  FUSED
}
