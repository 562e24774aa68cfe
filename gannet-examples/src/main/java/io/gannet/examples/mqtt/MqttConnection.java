package io.gannet.examples.mqtt;

import io.gannet.transport.QueueFullException;
import io.gannet.transport.Session;
import io.gannet.transport.SessionClosedException;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodes;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A client that has said CONNECT. What it holds is guarded by the broker's lock. */
final class MqttConnection {

  private static final int MAX_IN_FLIGHT = 1_000;

  final Session<MqttMessage> session;
  final String clientId;
  final boolean version5;
  final Set<String> filters = new HashSet<>();

  /** Said to the others when this connection ends without a DISCONNECT. */
  @Nullable MqttPublishMessage will;

  private final MqttLimits limits;
  private final int maxInFlight;
  private final int maxPacket;

  /** Messages of QoS 1 that the client has not acknowledged. */
  private final Set<Integer> inFlight = new HashSet<>();

  /** Those that wait for it to acknowledge others. */
  private final Queue<MqttPublishMessage> waiting = new ArrayDeque<>();

  private long waitingBytes;
  private int lastPacketId;

  MqttConnection(
      Session<MqttMessage> session,
      String clientId,
      MqttConnectMessage connect,
      @Nullable MqttPublishMessage will,
      MqttLimits limits) {
    this.session = session;
    this.clientId = clientId;
    this.version5 = connect.variableHeader().version() == MqttVersion.MQTT_5.protocolLevel();
    this.will = will;
    this.limits = limits;
    MqttProperties properties = connect.variableHeader().properties();
    this.maxInFlight =
        Math.min(MAX_IN_FLIGHT, number(properties, MqttProperties.RECEIVE_MAXIMUM, MAX_IN_FLIGHT));
    this.maxPacket = number(properties, MqttProperties.MAXIMUM_PACKET_SIZE, Integer.MAX_VALUE);
  }

  static int number(MqttProperties properties, int id, int absent) {
    MqttProperties.@Nullable MqttProperty<?> property = properties.getProperty(id);
    return property != null && property.value() instanceof Integer value && value > 0
        ? value
        : absent;
  }

  /** Sends a message, or lets it wait. Never blocks: one slow client must not hold up the others. */
  void deliver(MqttPublishMessage message, MqttQoS qos, boolean retain) {
    if (message.fixedHeader().remainingLength() + 7 > maxPacket) {
      return; // the client has said that it takes none of that size
    }
    MqttPublishMessage copy = copy(message, qos, retain, 0);
    if (qos == MqttQoS.AT_MOST_ONCE) {
      trySend(copy);
      return;
    }
    waiting.add(copy);
    waitingBytes += copy.fixedHeader().remainingLength();
    sendWaiting();
    if (waiting.size() > limits.waiting() || waitingBytes > limits.waitingBytes()) {
      disconnect(MqttReasonCodes.Disconnect.QUOTA_EXCEEDED);
    }
  }

  void acknowledged(int packetId) {
    inFlight.remove(packetId);
    sendWaiting();
  }

  /** Sends what waits, as far as the client allows. */
  void sendWaiting() {
    for (MqttPublishMessage next = waiting.peek();
        next != null && inFlight.size() < maxInFlight;
        next = waiting.peek()) {
      int packetId = nextPacketId();
      if (!trySend(
          copy(next, next.fixedHeader().qosLevel(), next.fixedHeader().isRetain(), packetId))) {
        return;
      }
      inFlight.add(packetId);
      waiting.remove();
      waitingBytes -= next.fixedHeader().remainingLength();
    }
  }

  private int nextPacketId() {
    do {
      lastPacketId = lastPacketId % 65_535 + 1;
    } while (inFlight.contains(lastPacketId));
    return lastPacketId;
  }

  private static MqttPublishMessage copy(
      MqttPublishMessage message, MqttQoS qos, boolean retain, int packetId) {
    MqttPublishVariableHeader header = message.variableHeader();
    return new MqttPublishMessage(
        new MqttFixedHeader(
            MqttMessageType.PUBLISH, false, qos, retain, message.fixedHeader().remainingLength()),
        new MqttPublishVariableHeader(header.topicName(), packetId, header.properties()),
        message.payload());
  }

  /** Tells the client why, if its version can, and closes behind what is queued. */
  void disconnect(MqttReasonCodes.Disconnect reason) {
    if (version5) {
      trySend(MqttMessageBuilders.disconnect().reasonCode(reason.byteValue()).build());
    }
    waiting.clear();
    waitingBytes = 0;
    session.close();
  }

  private boolean trySend(MqttMessage message) {
    try {
      return session.trySend(message);
    } catch (SessionClosedException | QueueFullException e) {
      return false; // it is leaving; onClose does the rest
    }
  }

  /** How long a text is on the wire. */
  static int length(String text) {
    return 2 + text.getBytes(StandardCharsets.UTF_8).length;
  }
}
