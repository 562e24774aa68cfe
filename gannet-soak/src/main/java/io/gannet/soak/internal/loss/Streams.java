package io.gannet.soak.internal.loss;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts the messages of one peer's streams: one stream for each way of sending, and one for the
 * greeting. One thread counts each stream.
 */
final class Streams {

  /** The first message of a client; its number is the client's id. */
  static final int HELLO = 0;

  /** Sent from a callback, with {@code send}. */
  static final int ECHO = 1;

  /** Sent by its own thread, with {@code send}. */
  static final int SEND = 2;

  /** Sent by its own thread, with {@code sendAll}. */
  static final int SEND_ALL = 3;

  /** Sent by its own thread, with {@code trySend}. */
  static final int TRY_SEND = 4;

  /** Sent by its own thread, with {@code sendAsync}. */
  static final int SEND_ASYNC = 5;

  static final int COUNT = 6;

  private static final String[] NAMES = {
    "hello", "send from a callback", "send", "sendAll", "trySend", "sendAsync"
  };

  private final AtomicLongArray counts = new AtomicLongArray(COUNT);

  static String name(int stream) {
    return NAMES[stream];
  }

  long get(int stream) {
    return counts.get(stream);
  }

  void add(int stream, int messages) {
    counts.addAndGet(stream, messages);
  }

  /**
   * Counts a message that has arrived.
   *
   * @param message the message
   * @return whether it is the next one of its stream
   */
  boolean arrived(SoakMessage message) {
    return counts.getAndIncrement(message.stream()) == message.number();
  }

  /** {@return the counts as text} */
  String encode() {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      words.add(Long.toString(counts.get(i)));
    }
    return String.join(" ", words);
  }

  /**
   * Parses counts.
   *
   * @param words the output of {@link #encode}
   */
  static Streams decode(String words) {
    Streams streams = new Streams();
    String[] each = words.split(" ", -1);
    for (int i = 0; i < COUNT; i++) {
      streams.counts.set(i, Long.parseLong(each[i]));
    }
    return streams;
  }
}
