package io.gannet.examples.mqtt;

/**
 * What clients can take of a broker.
 *
 * @param sessions the most connections of each server
 * @param connectBytes the largest CONNECT, with its will: all that a client may send before the
 *     authenticator has let it in
 * @param packetBytes the largest packet after that
 * @param clientIdLength the longest client identifier, in characters
 * @param topicLength the longest topic and filter, in characters
 * @param topicLevels the most levels of a topic and a filter
 * @param subscriptions the most subscriptions of a client
 * @param retained the most retained messages, of all clients together
 * @param retainedBytes the most bytes of retained payloads and topics, of all clients together
 * @param waiting the most messages of QoS 1 that wait for a client to acknowledge earlier ones; with
 *     more, its connection is closed
 * @param waitingBytes the most bytes of those
 * @param heldBytes the most bytes that wills, filters and waiting messages of all clients take
 *     together; with more, the client that wants them is refused or closed
 */
public record MqttLimits(
    int sessions,
    int connectBytes,
    int packetBytes,
    int clientIdLength,
    int topicLength,
    int topicLevels,
    int subscriptions,
    int retained,
    long retainedBytes,
    int waiting,
    long waitingBytes,
    long heldBytes) {

  /** {@return limits for a broker with some thousand clients in a heap of 512 MiB} */
  public static MqttLimits defaults() {
    return new MqttLimits(
        5_000, 16 << 10, 256 << 10, 128, 512, 16, 100, 10_000, 16 << 20, 1_000, 1 << 20, 128 << 20);
  }
}
