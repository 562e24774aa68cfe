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

/** A client that has said CONNECT. What it holds is guarded by the broker's lock. */
final class MqttConnection {

  private static final int MAX_IN_FLIGHT = 1_000;

  /** What a packet, and a level of a filter, costs besides its bytes, roughly. */
  private static final int OVERHEAD = 256;

  private static final Duration RETRY = Duration.ofMillis(100);

  final Session<MqttMessage> session;
  final String clientId;
  final boolean version5;
  final Set<String> filters = new HashSet<>();

  /** What is still to be sent of the retained messages, by filter. Only for the session's own thread. */
  final Map<String, Replay> replays = new LinkedHashMap<>();

  /** Said to the others when this connection ends without a DISCONNECT. */
  @Nullable MqttPublishMessage will;

  private final MqttLimits limits;
  private final Budget budget;
  private final int maxInFlight;
  private final int maxPacket;

  /** Messages of QoS 1 that the client has not acknowledged. */
  private final Set<Integer> inFlight = new HashSet<>();

  /** Those that wait for it to acknowledge others. */
  private final Queue<MqttPublishMessage> waiting = new ArrayDeque<>();

  private long waitingBytes;

  /** What it has taken of the budget. */
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

  /** Keeps the will, if there is room for it. */
  boolean hold(MqttPublishMessage newWill) {
    if (!take(OVERHEAD + newWill.fixedHeader().remainingLength())) {
      return false;
    }
    will = newWill;
    return true;
  }

  /** Keeps a filter that it doesn't have yet, if there is room for it. */
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

  /** Gives back all that it holds; it may hold nothing any more. */
  void release() {
    will = null;
    filters.clear();
    waiting.clear();
    waitingBytes = 0;
    giveBack(held);
  }

  /** Sends a message, or lets it wait. Never blocks: one slow client must not hold up the others. */
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

  /** Has the session ask for what waits in a while, as nothing tells when there is room in its queue. */
  void retry(boolean on) {
    if (on != retrying) {
      retrying = on;
      session.cronPeriod(on ? RETRY : Duration.ZERO);
    }
  }

  boolean isWaiting() {
    return !waiting.isEmpty();
  }

  /** Sends a retained message; returns false if it has to be tried again, when there is room. */
  boolean deliverRetained(MqttPublishMessage message, MqttQoS qos) {
    if (isTooLarge(message)) {
      return true;
    }
    MqttPublishMessage copy = copy(message, qos, true, 0);
    return qos == MqttQoS.AT_MOST_ONCE ? trySend(copy) : waiting.isEmpty() && sendNow(copy);
  }

  /** Whether the client has said that it takes none of that size. */
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

  /** Sends what waits, as far as the client allows. */
  void sendWaiting() {
    for (MqttPublishMessage next = waiting.peek();
        next != null && sendNow(next);
        next = waiting.peek()) {
      waiting.remove();
      waitingBytes -= size(next);
      giveBack(size(next));
    }
  }

  /** Sends a message of QoS 1; returns false if too many are on their way, or the queue is full. */
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

  /** Tells the client why, if its version can, and closes behind what is queued. */
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
      return false; // it is leaving; onClose does the rest
    }
  }

  /** How long a text is on the wire. */
  static int length(String text) {
    return 2 + text.getBytes(StandardCharsets.UTF_8).length;
  }
}
