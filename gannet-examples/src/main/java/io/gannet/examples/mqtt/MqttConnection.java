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
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A client that has sent CONNECT. Its data is guarded by the broker's lock. */
final class MqttConnection {

  private static final int MAX_IN_FLIGHT = 1_000;

  /** The approximate overhead of a packet, and of a level of a filter. */
  private static final int OVERHEAD = 256;

  private static final Duration RETRY = Duration.ofMillis(100);

  final Session<MqttMessage> session;
  final String clientId;
  final boolean version5;
  final Set<String> filters = new HashSet<>();

  /** The retained messages still to be sent, by filter. Only for the session's own thread. */
  final Map<String, Replay> replays = new LinkedHashMap<>();

  /** Limits the searches for those. Only for the session's own thread. */
  final Lookups lookups = new Lookups();

  /** Published when this connection ends without a DISCONNECT. */
  @Nullable MqttPublishMessage will;

  private final MqttLimits limits;
  private final Budget budget;
  private final int maxInFlight;
  private final int maxPacket;

  /** Messages of QoS 1 that the client has not acknowledged. */
  private final Set<Integer> inFlight = new HashSet<>();

  /** Messages of QoS 1 that wait until the client acknowledges others. */
  private final Queue<MqttPublishMessage> waiting = new ArrayDeque<>();

  private long waitingBytes;

  /** The number of bytes allocated from the budget. */
  private long held;

  private boolean retrying;
  private int lastPacketId;

  MqttConnection(
      Session<MqttMessage> session,
      String clientId,
      MqttConnectMessage connect,
      MqttLimits limits,
      Budget budget) {
    this.session = session;
    this.clientId = clientId;
    this.version5 = connect.variableHeader().version() == MqttVersion.MQTT_5.protocolLevel();
    this.limits = limits;
    this.budget = budget;
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

  /** Stores the will if there is room for it. */
  boolean hold(MqttPublishMessage newWill) {
    if (!take(OVERHEAD + newWill.fixedHeader().remainingLength())) {
      return false;
    }
    will = newWill;
    return true;
  }

  /** Stores a new filter if there is room for it. */
  boolean hold(String filter) {
    if (filters.size() >= limits.subscriptions() || !take(cost(filter))) {
      return false;
    }
    filters.add(filter);
    return true;
  }

  void forget(String filter) {
    if (filters.remove(filter)) {
      giveBack(cost(filter));
    }
  }

  private static long cost(String filter) {
    return (long) Topics.levels(filter).length * OVERHEAD + 2L * filter.length();
  }

  private boolean take(long bytes) {
    if (!budget.take(bytes)) {
      return false;
    }
    held += bytes;
    return true;
  }

  private void giveBack(long bytes) {
    held -= bytes;
    budget.giveBack(bytes);
  }

  /** Releases all data; afterwards none may be stored. */
  void release() {
    will = null;
    filters.clear();
    waiting.clear();
    waitingBytes = 0;
    giveBack(held);
  }

  /**
   * Sends a message, or queues it. Never blocks, so that one slow client doesn't delay the others.
   */
  void deliver(MqttPublishMessage message, MqttQoS qos, boolean retain) {
    if (isTooLarge(message) || !session.isOpen()) {
      return;
    }
    MqttPublishMessage copy = copy(message, qos, retain, 0);
    if (qos == MqttQoS.AT_MOST_ONCE) {
      trySend(copy);
      return;
    }
    sendWaiting();
    if (waiting.isEmpty() && sendNow(copy)) {
      return;
    }
    long size = size(copy);
    if (waiting.size() >= limits.waiting()
        || waitingBytes + size > limits.waitingBytes()
        || !take(size)) {
      disconnect(MqttReasonCodes.Disconnect.QUOTA_EXCEEDED);
      return;
    }
    waiting.add(copy);
    waitingBytes += size;
    retry(true);
  }

  /**
   * Schedules the sending of queued messages, because there is no notification when the session's
   * queue has room.
   */
  void retry(boolean on) {
    if (on != retrying) {
      retrying = on;
      session.setCron(on ? RETRY : Duration.ZERO);
    }
  }

  boolean isWaiting() {
    return !waiting.isEmpty();
  }

  /** Sends a retained message; returns false if it must be retried when there is room. */
  boolean deliverRetained(MqttPublishMessage message, MqttQoS qos) {
    if (isTooLarge(message)) {
      return true;
    }
    MqttPublishMessage copy = copy(message, qos, true, 0);
    return qos == MqttQoS.AT_MOST_ONCE ? trySend(copy) : waiting.isEmpty() && sendNow(copy);
  }

  /** {@return whether the message exceeds the client's maximum packet size} */
  private boolean isTooLarge(MqttPublishMessage message) {
    return message.fixedHeader().remainingLength() + 7 > maxPacket;
  }

  private static long size(MqttPublishMessage message) {
    return (long) OVERHEAD + message.fixedHeader().remainingLength();
  }

  void acknowledged(int packetId) {
    inFlight.remove(packetId);
    sendWaiting();
  }

  /** Sends queued messages, as far as the client allows. */
  void sendWaiting() {
    for (MqttPublishMessage next = waiting.peek();
        next != null && sendNow(next);
        next = waiting.peek()) {
      waiting.remove();
      waitingBytes -= size(next);
      giveBack(size(next));
    }
  }

  /**
   * Sends a message of QoS 1; returns false if too many are unacknowledged, or the queue is full.
   */
  private boolean sendNow(MqttPublishMessage message) {
    if (inFlight.size() >= maxInFlight) {
      return false;
    }
    int packetId = nextPacketId();
    boolean retain = message.fixedHeader().isRetain();
    if (!trySend(copy(message, MqttQoS.AT_LEAST_ONCE, retain, packetId))) {
      return false;
    }
    inFlight.add(packetId);
    return true;
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

  /**
   * Sends the reason to the client, if its version supports that, and closes the session after the
   * queued messages.
   */
  void disconnect(MqttReasonCodes.Disconnect reason) {
    if (version5) {
      trySend(MqttMessageBuilders.disconnect().reasonCode(reason.byteValue()).build());
    }
    giveBack(waitingBytes);
    waiting.clear();
    waitingBytes = 0;
    session.close();
  }

  private boolean trySend(MqttMessage message) {
    try {
      return session.trySend(message);
    } catch (SessionClosedException | QueueFullException e) {
      return false; // the session is closing; onClose does the rest
    }
  }

  /** {@return the length of a text on the wire} */
  static int length(String text) {
    return 2 + text.getBytes(StandardCharsets.UTF_8).length;
  }
}
