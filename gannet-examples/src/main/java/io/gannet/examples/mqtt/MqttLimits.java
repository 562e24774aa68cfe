package io.gannet.examples.mqtt;

/**
 * What clients can take of a broker.
 *
 * @param packetBytes the largest packet
 * @param clientIdLength the longest client identifier, in characters
 * @param topicLength the longest topic and filter, in characters
 * @param topicLevels the most levels of a topic and a filter
 * @param subscriptions the most subscriptions of a client
 * @param retained the most retained messages, of all clients together
 * @param retainedBytes the most bytes of retained payloads and topics, of all clients together
 * @param waiting the most messages of QoS 1 that wait for a client to acknowledge earlier ones; with
 *     more, its connection is closed
 * @param waitingBytes the most bytes of those
 */
public record MqttLimits(
    int packetBytes,
    int clientIdLength,
    int topicLength,
    int topicLevels,
    int subscriptions,
    int retained,
    long retainedBytes,
    int waiting,
    long waitingBytes) {

  /** {@return limits for a broker with some thousand clients in a heap of 512 MiB} */
  public static MqttLimits defaults() {
    return new MqttLimits(256 << 10, 128, 512, 16, 100, 10_000, 16 << 20, 1_000, 1 << 20);
  }
}
