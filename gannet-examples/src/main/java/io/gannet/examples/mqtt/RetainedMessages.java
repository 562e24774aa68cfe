package io.gannet.examples.mqtt;

import io.netty.handler.codec.mqtt.MqttPublishMessage;
import java.util.Arrays;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The last retained message of each topic. Written under the broker's lock. Any thread reads and
 * searches without it, because a search may take long.
 */
final class RetainedMessages {

  /** Sorts before all characters of a level, so that topics are sorted by their levels. */
  private static final char SEPARATOR = '\0';

  /** The smallest character after the separator. */
  private static final char BEHIND_SEPARATOR = '\u0001';

  /** The smallest first level after those that start with a dollar sign. */
  private static final String BEHIND_RESERVED = "%";

  private final MqttLimits limits;
  private final ConcurrentNavigableMap<String, MqttPublishMessage> messages =
      new ConcurrentSkipListMap<>();
  private long bytes;

  RetainedMessages(MqttLimits limits) {
    this.limits = limits;
  }

  /**
   * Stores a message, or removes the stored one if the message is empty; returns false if there is
   * no room.
   */
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

  /** The size of a packet, including its properties. */
  private static long size(MqttPublishMessage message) {
    return message.fixedHeader().remainingLength();
  }

  private static String key(String name) {
    return name.replace('/', SEPARATOR);
  }

  /** Returns the message that is currently stored under a key, or null. */
  @Nullable MqttPublishMessage get(String key) {
    return messages.get(key);
  }

  /**
   * Returns the key of the next message for a replay; null if there is none, or if all lookups are
   * used up. In that case the next search continues at the position of the replay.
   */
  @Nullable String next(Replay replay, Lookups lookups) {
    String key = messages.higherKey(replay.position);
    while (key != null && lookups.take()) {
      String possible = firstPossible(replay.filter, key);
      if (possible == null || possible.equals(key)) {
        return possible;
      }
      replay.position = key;
      key = messages.ceilingKey(possible);
    }
    return null;
  }

  /**
   * Returns the key if the filter matches it; otherwise the smallest key after it that the filter
   * could match, so that the keys between are skipped; null if there is none.
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
        return key + SEPARATOR + (any ? "" : filter[i]); // the children are next
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
