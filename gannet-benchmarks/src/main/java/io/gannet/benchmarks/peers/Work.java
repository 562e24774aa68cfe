package io.gannet.benchmarks.peers;

import java.util.Locale;

/** How a server handles received messages. */
public enum Work {
  /** Sends each one back. */
  ECHO,
  /**
   * Counts them, and answers a message of exactly {@link #COUNT_BYTES} bytes with the number of
   * other messages on this connection.
   */
  SINK,
  /** Sends each one to all connections. */
  FANOUT,
  /**
   * Waits for one message (size and number of threads, four bytes each), and then sends messages of
   * that size on this connection from that many threads, as fast as possible.
   */
  POUR,
  /** Answers each call with its argument. */
  CALL,
  /** Answers each call with a stream that contains its argument {@link #STREAM_ITEMS} times. */
  STREAM;

  /** The size of a request for the number of messages, and of its answer. */
  public static final int COUNT_BYTES = 8;

  /** The number of items in a stream. */
  public static final int STREAM_ITEMS = 1000;

  /** The maximum payload that a server must accept. */
  public static final int MAX_PAYLOAD = 4 * 1024 * 1024;

  /** {@return the name on the command line} */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
