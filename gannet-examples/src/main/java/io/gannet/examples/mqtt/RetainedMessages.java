package io.gannet.examples.mqtt;

import io.netty.handler.codec.mqtt.MqttPublishMessage;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The last message of each topic that was to be kept. Not thread-safe. */
final class RetainedMessages {

  private final MqttLimits limits;
  private final Map<String, MqttPublishMessage> messages = new TreeMap<>();
  private long bytes;

  RetainedMessages(MqttLimits limits) {
    this.limits = limits;
  }

  /** Keeps a message, or with an empty one forgets what was kept; returns false if there is no room. */
  boolean put(MqttPublishMessage message) {
    String topic = message.variableHeader().topicName();
    MqttPublishMessage before = messages.get(topic);
    long freed = before == null ? 0 : size(before);
    if (!message.payload().isReadable()) {
      messages.remove(topic);
      bytes -= freed;
      return true;
    }
    if (bytes - freed + size(message) > limits.retainedBytes()
        || (before == null && messages.size() >= limits.retained())) {
      return false;
    }
    messages.put(topic, message);
    bytes += size(message) - freed;
    return true;
  }

  /** All of a packet, its properties included. */
  private static long size(MqttPublishMessage message) {
    return message.fixedHeader().remainingLength();
  }

  List<MqttPublishMessage> matching(String filter) {
    String[] levels = Topics.levels(filter);
    return messages.values().stream()
        .filter(message -> Topics.matches(levels, message.variableHeader().topicName()))
        .toList();
  }
}
