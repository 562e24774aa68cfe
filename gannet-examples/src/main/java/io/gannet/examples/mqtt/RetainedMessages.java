package io.gannet.examples.mqtt;

import io.netty.handler.codec.mqtt.MqttPublishMessage;
import java.util.Arrays;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The last message of each topic that was to be kept. Written under the broker's lock; read and searched
 * by any thread without it, as a search may take long.
 */
final class RetainedMessages {

  /** Sorts before whatever a level may hold, so that topics are sorted by their levels. */
  private static final char SEPARATOR = '\0';

  /** The smallest character behind the separator. */
  private static final char BEHIND_SEPARATOR = '\u0001';

  /** The smallest first level behind those that begin with a dollar. */
  private static final String BEHIND_RESERVED = "%";

  /** How many topics are looked at before other sessions get the processor. */
  private static final int TOPICS_AT_ONCE = 1_024;

  private final MqttLimits limits;
  private final ConcurrentNavigableMap<String, MqttPublishMessage> messages =
      new ConcurrentSkipListMap<>();
  private long bytes;

  RetainedMessages(MqttLimits limits) {
    this.limits = limits;
  }

  /** Keeps a message, or with an empty one forgets what was kept; returns false if there is no room. */
  boolean put(MqttPublishMessage message) {
    String key = key(message.variableHeader().topicName());
    MqttPublishMessage before = messages.get(key);
    long freed = before == null ? 0 : size(before);
    if (!message.payload().isReadable()) {
      messages.remove(key);
      bytes -= freed;
      return true;
    }
    if (bytes - freed + size(message) > limits.retainedBytes()
        || (before == null && messages.size() >= limits.retained())) {
      return false;
    }
    messages.put(key, message);
    bytes += size(message) - freed;
    return true;
  }

  /** All of a packet, its properties included. */
  private static long size(MqttPublishMessage message) {
    return message.fixedHeader().remainingLength();
  }

  private static String key(String name) {
    return name.replace('/', SEPARATOR);
  }

  /** Returns what is kept under a key now, or null if there is nothing any more. */
  @Nullable MqttPublishMessage get(String key) {
    return messages.get(key);
  }

  /**
   * Returns the key of the first message behind another one whose topic a filter matches; null if there
   * is none.
   *
   * @param filter the levels of a valid filter
   * @param after the key to search behind; empty for the first
   */
  @SuppressWarnings(
      "ThreadPriorityCheck") // a virtual thread that only computes is never interrupted
  @Nullable String next(String[] filter, String after) {
    String key = messages.higherKey(after);
    for (int looked = 1; key != null; looked++) {
      String possible = firstPossible(filter, key);
      if (possible == null || possible.equals(key)) {
        return possible;
      }
      key = messages.ceilingKey(possible);
      if (looked % TOPICS_AT_ONCE == 0) {
        Thread.yield();
      }
    }
    return null;
  }

  /**
   * Returns the key if the filter matches it; else the smallest one behind it that it could match, so
   * that all between is never looked at; null if there is none.
   */
  private static @Nullable String firstPossible(String[] filter, String key) {
    String[] levels = key.split(String.valueOf(SEPARATOR), -1);
    for (int i = 0; i < filter.length; i++) {
      boolean any = filter[i].equals("+") || filter[i].equals("#");
      if (any && i == 0 && Topics.isReserved(key)) {
        return BEHIND_RESERVED;
      }
      if (filter[i].equals("#")) {
        return key; // "a/#" matches "a", too
      }
      if (i == levels.length) {
        return key + SEPARATOR + (any ? "" : filter[i]); // the children come next
      }
      int order = any ? 0 : levels[i].compareTo(filter[i]);
      if (order < 0) {
        return prefix(levels, i) + (i == 0 ? "" : SEPARATOR) + filter[i];
      }
      if (order > 0) {
        return i == 0 ? null : prefix(levels, i) + BEHIND_SEPARATOR;
      }
    }
    return filter.length == levels.length ? key : prefix(levels, filter.length) + BEHIND_SEPARATOR;
  }

  private static String prefix(String[] levels, int count) {
    return String.join(String.valueOf(SEPARATOR), Arrays.asList(levels).subList(0, count));
  }
}
