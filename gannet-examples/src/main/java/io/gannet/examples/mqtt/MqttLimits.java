package io.gannet.examples.mqtt;

/**
 * The limits on the resources that clients can use. In addition, at most 20,000 retained messages a
 * second are examined for the subscriptions of a client, whether they match or not; beyond that,
 * retained messages arrive later.
 *
 * @param sessions the maximum number of connections of each server
 * @param connectBytes the maximum size of a CONNECT with its will, which is all that a client may
 *     send before the authenticator has accepted it
 * @param packetBytes the maximum size of later packets
 * @param clientIdLength the maximum length of a client identifier, in characters
 * @param topicLength the maximum length of a topic or filter, in characters
 * @param topicLevels the maximum number of levels of a topic or filter
 * @param subscriptions the maximum number of subscriptions of a client
 * @param retained the maximum number of retained messages of all clients together
 * @param retainedBytes the maximum size of retained payloads and topics of all clients together
 * @param waiting the maximum number of messages of QoS 1 that wait until a client acknowledges
 *     earlier ones; with more, the client's connection is closed
 * @param waitingBytes the maximum size of those messages
 * @param heldBytes the maximum size of the wills, filters and waiting messages of all clients
 *     together; with more, the client that needs them is refused or closed
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

  /** {@return limits for a broker with several thousand clients in a heap of 512 MiB} */
  public static MqttLimits defaults() {
    return new MqttLimits(
        5_000, 16 << 10, 256 << 10, 128, 512, 16, 100, 10_000, 16 << 20, 1_000, 1 << 20, 128 << 20);
  }
}
