package io.gannet.benchmarks.peers;

import java.util.Locale;

/** What a server does with the messages it gets. */
public enum Work {
  /** Sends each one back. */
  ECHO,
  /**
   * Counts them, and answers one of exactly {@link #COUNT_BYTES} bytes with how many others have come
   * on this connection.
   */
  SINK,
  /** Sends each one to all connections. */
  FANOUT,
  /**
   * Waits for one message (size and number of threads, four bytes each), then sends messages of that
   * size on this connection from that many threads, as fast as they leave.
   */
  POUR,
  /** Answers each call with what it came with. */
  CALL,
  /** Answers each call with a stream of {@link #STREAM_ITEMS} times what it came with. */
  STREAM;

  /** The size of a question, and of its answer, when messages are counted. */
  public static final int COUNT_BYTES = 8;

  /** How many items a stream has. */
  public static final int STREAM_ITEMS = 1000;

  /** The largest payload that a server has to accept. */
  public static final int MAX_PAYLOAD = 4 * 1024 * 1024;

  /**
   * {@return the name on a command line}
   */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
