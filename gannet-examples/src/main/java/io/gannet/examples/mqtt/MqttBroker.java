package io.gannet.examples.mqtt;

import io.gannet.transport.AttributeKey;
import io.gannet.transport.CloseReason;
import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.ServerBuilder;
import io.gannet.transport.Session;
import io.gannet.transport.SessionListener;
import io.gannet.transport.WebSocketOptions;
import io.gannet.transport.netty.NettyCodecs;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectPayload;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttConnectVariableHeader;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubAckMessage;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttReasonCodes;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttSubAckPayload;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption.RetainedHandlingPolicy;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.netty.handler.codec.mqtt.MqttUnacceptableProtocolVersionException;
import io.netty.handler.codec.mqtt.MqttUnsubAckMessage;
import io.netty.handler.codec.mqtt.MqttUnsubAckPayload;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A broker for MQTT 3.1.1 and 5 on any number of servers: TCP, TLS and WebSocket share clients,
 * topics and retained messages.
 *
 * <p>It supports QoS 0 and 1, retained messages, wills, keep-alive and wildcards, and takes a
 * session over when its client reconnects. It doesn't support QoS 2, sessions that outlive their
 * connection, shared subscriptions, and topic aliases; in version 5 its CONNACK says so.
 */
final class MqttBroker implements SessionListener<MqttMessage> {

  private static final Logger LOG = LoggerFactory.getLogger(MqttBroker.class);

  private static final AttributeKey<MqttConnection> CONNECTION = AttributeKey.of("connection");

  /** The time from the connection until the CONNECT packet. */
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /** The maximum size of a packet's fixed header. */
  private static final int FIXED_HEADER = 5;

  /** The maximum size of each session's outbound queue, plus one message. */
  private static final int QUEUE = 256 << 10;

  private final MqttLimits limits;
  private final MqttAuthenticator authenticator;

  /** Guards the fields below and the connections. No thread waits for a client while holding it. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Map<String, MqttConnection> connections = new HashMap<>();
  private final Subscriptions subscriptions = new Subscriptions();
  private final RetainedMessages retained;
  private final Budget budget;

  /** Creates a broker that all clients may use, with the default limits. */
  public MqttBroker() {
    this(MqttLimits.defaults(), (clientId, userName, password, connection) -> true);
  }

  /**
   * Creates a broker.
   *
   * @param limits the limits on clients
   * @param authenticator decides who may connect
   */
  public MqttBroker(MqttLimits limits, MqttAuthenticator authenticator) {
    this.limits = limits;
    this.authenticator = authenticator;
    this.retained = new RetainedMessages(limits);
    this.budget = new Budget(limits.heldBytes());
  }

  /**
   * Adds a server to this broker.
   *
   * @param server for example {@code Server.tcp(1883)}, or
   *     {@code Server.webSocket(host, port, options)} with {@link #webSocket()}
   * @return the builder of the server, for TLS settings and starting
   */
  public ServerBuilder<MqttMessage> serve(ServerBuilder.NeedsCodec server) {
    return server
        .codecPerSession(
            NettyCodecs.of(
                MqttMessage.class,
                () -> new MqttDecoder(limits.packetBytes(), limits.clientIdLength()),
                () -> MqttEncoder.INSTANCE))
        .listener(this)
        .maxSessions(limits.sessions())
        .maxMessageSize(limits.connectBytes() + FIXED_HEADER) // raised once accepted
        .outboundQueue(QUEUE, QUEUE / 2)
        .readIdleTimeout(CONNECT_TIMEOUT); // until the client sends its keep-alive time
  }

  /**
   * {@return the WebSocket options that MQTT needs: a stream of bytes in binary messages (MQTT 5,
   * section 6)}
   */
  public static WebSocketOptions webSocket() {
    return WebSocketOptions.defaults().withStream().withSubprotocols("mqtt");
  }

  @Override
  public void onMessage(Session<MqttMessage> session, MqttMessage message) {
    MqttConnection connection = session.get(CONNECTION);
    if (connection == null) {
      if (message instanceof MqttConnectMessage connect) {
        connect(session, connect);
      } else {
        session.close(); // CONNECT must be first
      }
      return;
    }
    switch (message.fixedHeader().messageType()) {
      case PUBLISH -> publish(connection, (MqttPublishMessage) message);
      case PUBACK -> {
        locked(() -> connection.acknowledged(Packets.packetId(message)));
        replay(connection);
      }
      case SUBSCRIBE -> subscribe(connection, (MqttSubscribeMessage) message);
      case UNSUBSCRIBE -> unsubscribe(connection, (MqttUnsubscribeMessage) message);
      case PINGREQ -> {
        session.send(MqttMessage.PINGRESP);
        locked(connection::sendWaiting);
      }
      case DISCONNECT -> disconnected(connection, message);
      default -> locked(() -> connection.disconnect(MqttReasonCodes.Disconnect.PROTOCOL_ERROR));
    }
  }

  private void connect(Session<MqttMessage> session, MqttConnectMessage connect) {
    MqttConnectVariableHeader header = connect.variableHeader();
    MqttConnectPayload payload = connect.payload();
    boolean version5 = header.version() == MqttVersion.MQTT_5.protocolLevel();
    boolean assigned = payload.clientIdentifier().isEmpty();
    String clientId = assigned ? "auto-" + UUID.randomUUID() : payload.clientIdentifier();
    if (header.version() < MqttVersion.MQTT_3_1_1.protocolLevel()) {
      refuse(session, MqttConnectReturnCode.CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION);
      return;
    }
    if (clientId.length() > limits.clientIdLength()
        || (assigned && !version5 && !header.isCleanSession())) {
      refuse(
          session,
          version5
              ? MqttConnectReturnCode.CONNECTION_REFUSED_CLIENT_IDENTIFIER_NOT_VALID
              : MqttConnectReturnCode.CONNECTION_REFUSED_IDENTIFIER_REJECTED);
      return;
    }
    if (connect.fixedHeader().remainingLength() > limits.connectBytes()) {
      refuse(
          session,
          version5
              ? MqttConnectReturnCode.CONNECTION_REFUSED_PACKET_TOO_LARGE
              : MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED);
      return;
    }
    if (header.isWillFlag()
        && (!Topics.isTopic(payload.willTopic(), limits) || header.willQos() > 1)) {
      refuse(
          session,
          version5
              ? header.willQos() > 1
                  ? MqttConnectReturnCode.CONNECTION_REFUSED_QOS_NOT_SUPPORTED
                  : MqttConnectReturnCode.CONNECTION_REFUSED_TOPIC_NAME_INVALID
              : MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED);
      return;
    }
    if (!authenticator.mayConnect(
        clientId, payload.userName(), payload.passwordInBytes(), session.connection())) {
      refuse(
          session,
          version5
              ? MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED_5
              : MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED);
      return;
    }
    MqttConnection connection = new MqttConnection(session, clientId, connect, limits, budget);
    session.set(CONNECTION, connection);
    MqttPublishMessage will = Packets.will(header, payload);
    if (will != null && !decide(() -> connection.hold(will))) {
      refuse(
          session,
          version5
              ? MqttConnectReturnCode.CONNECTION_REFUSED_QUOTA_EXCEEDED
              : MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE);
      return;
    }
    session.setMaxMessageSize(limits.packetBytes() + FIXED_HEADER);
    // One and a half times the client's keep-alive time (section 3.1.2.10); zero disables it.
    session.setReadIdleTimeout(Duration.ofMillis(header.keepAliveTimeSeconds() * 1_500L));
    session.send(
        MqttMessageBuilders.connAck()
            .returnCode(MqttConnectReturnCode.CONNECTION_ACCEPTED)
            .properties(
                version5
                    ? Packets.abilities(limits, assigned ? clientId : null)
                    : MqttProperties.NO_PROPERTIES)
            .build());
    session.setName(clientId);
    locked(() -> {
      MqttConnection before = connections.put(clientId, connection);
      if (before != null) {
        end(before);
        before.disconnect(MqttReasonCodes.Disconnect.SESSION_TAKEN_OVER);
      }
    });
  }

  private static void refuse(Session<MqttMessage> session, MqttConnectReturnCode code) {
    session.send(MqttMessageBuilders.connAck().returnCode(code).build());
    session.close();
  }

  private void publish(MqttConnection sender, MqttPublishMessage message) {
    MqttPublishVariableHeader header = message.variableHeader();
    MqttQoS qos = message.fixedHeader().qosLevel();
    MqttReasonCodes.@Nullable Disconnect refusal =
        qos.value() > 1
            ? MqttReasonCodes.Disconnect.QOS_NOT_SUPPORTED
            : header.properties().getProperty(MqttProperties.TOPIC_ALIAS) != null
                ? MqttReasonCodes.Disconnect.TOPIC_ALIAS_INVALID
                : !Topics.isTopic(header.topicName(), limits)
                    ? MqttReasonCodes.Disconnect.TOPIC_NAME_INVALID
                    : null;
    if (refusal != null) {
      locked(() -> sender.disconnect(refusal));
      return;
    }
    MqttPublishMessage forwarded =
        new MqttPublishMessage(
            message.fixedHeader(),
            new MqttPublishVariableHeader(
                header.topicName(), 0, Packets.forwarded(header.properties())),
            message.payload());
    boolean kept;
    lock.lock();
    try {
      kept = distribute(sender, forwarded);
    } finally {
      lock.unlock();
    }
    if (qos == MqttQoS.AT_LEAST_ONCE) {
      MqttReasonCodes.PubAck reason =
          kept ? MqttReasonCodes.PubAck.SUCCESS : MqttReasonCodes.PubAck.QUOTA_EXCEEDED;
      sender.session.send(
          new MqttPubAckMessage(
              Packets.fixedHeader(MqttMessageType.PUBACK),
              new MqttPubReplyMessageVariableHeader(
                  header.packetId(),
                  sender.version5 ? reason.byteValue() : 0,
                  MqttProperties.NO_PROPERTIES)));
    }
  }

  /** Passes a message to its subscribers; returns false if it could not be retained. */
  private boolean distribute(MqttConnection sender, MqttPublishMessage message) {
    boolean retain = message.fixedHeader().isRetain();
    boolean kept = !retain || retained.put(message);
    subscriptions
        .of(message.variableHeader().topicName())
        .forEach((receiver, options) -> {
          if (!(options.isNoLocal() && receiver == sender)) {
            MqttQoS qos = Packets.lower(options.qos(), message.fixedHeader().qosLevel());
            receiver.deliver(message, qos, retain && options.isRetainAsPublished());
          }
        });
    return kept;
  }

  private void subscribe(MqttConnection connection, MqttSubscribeMessage message) {
    MqttProperties properties = message.idAndPropertiesVariableHeader().properties();
    if (properties.getProperty(MqttProperties.SUBSCRIPTION_IDENTIFIER) != null) {
      locked(() ->
          connection.disconnect(MqttReasonCodes.Disconnect.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED));
      return;
    }
    List<Integer> codes = new ArrayList<>();
    List<MqttTopicSubscription> granted = new ArrayList<>();
    List<MqttTopicSubscription> fresh = new ArrayList<>();
    locked(() -> {
      for (MqttTopicSubscription each : message.payload().topicSubscriptions()) {
        int code = subscribe(connection, each, fresh);
        codes.add(connection.version5 || code <= 2 ? code : 0x80);
        if (code <= 2) {
          granted.add(each);
        }
      }
    });
    connection.session.send(
        new MqttSubAckMessage(
            Packets.fixedHeader(MqttMessageType.SUBACK),
            Packets.header(message.variableHeader().messageId()),
            new MqttSubAckPayload(codes)));
    for (MqttTopicSubscription each : granted) {
      RetainedHandlingPolicy handling = each.option().retainHandling();
      if (handling == RetainedHandlingPolicy.SEND_AT_SUBSCRIBE
          || (handling == RetainedHandlingPolicy.SEND_AT_SUBSCRIBE_IF_NOT_YET_EXISTS
              && fresh.contains(each))) {
        String filter = each.topicFilter();
        connection.replays.put(filter, new Replay(filter, each.option().qos()));
      }
    }
    replay(connection);
  }

  /** Adds a subscription; returns its QoS, or the reason for a failure (MQTT 5, section 3.9.3). */
  private int subscribe(
      MqttConnection connection,
      MqttTopicSubscription subscription,
      List<MqttTopicSubscription> fresh) {
    String filter = subscription.topicFilter();
    if (filter.startsWith("$share/")) {
      return 0x9E;
    }
    if (!Topics.isFilter(filter, limits)) {
      return 0x8F;
    }
    if (connections.get(connection.clientId) != connection) {
      return 0x80; // the session was taken over, or has ended
    }
    if (!connection.filters.contains(filter) && !connection.hold(filter)) {
      return 0x97;
    }
    if (subscriptions.add(filter, connection, subscription.option())) {
      fresh.add(subscription);
    }
    return Math.min(1, subscription.qualityOfService().value());
  }

  /**
   * Sends retained messages for new subscriptions, as many as the client accepts. The rest follows
   * when the client acknowledges messages, when there is room in its queue, or when its lookups are
   * refilled. Runs on the thread of its session.
   */
  private void replay(MqttConnection connection) {
    while (!connection.replays.isEmpty() && connection.session.isOpen()) {
      Replay replay = connection.replays.values().iterator().next();
      // Searched without the lock and sent with it, so that an older message never follows a newly
      // published one.
      String key = retained.next(replay, connection.lookups);
      if (key == null && connection.lookups.areUsedUp()) {
        locked(() -> connection.retry(true));
        return;
      } else if (key == null) {
        connection.replays.values().remove(replay);
      } else if (decide(() -> deliverRetained(connection, replay, key))) {
        replay.position = key;
      } else {
        locked(() -> connection.retry(true));
        return;
      }
    }
    locked(() -> connection.retry(connection.isWaiting()));
  }

  private boolean deliverRetained(MqttConnection connection, Replay replay, String key) {
    MqttPublishMessage message = retained.get(key);
    return message == null
        || connection.deliverRetained(
            message, Packets.lower(replay.qos, message.fixedHeader().qosLevel()));
  }

  @Override
  public void onCron(Session<MqttMessage> session) {
    MqttConnection connection = session.get(CONNECTION);
    if (connection != null) {
      connection.lookups.refill();
      locked(connection::sendWaiting);
      replay(connection);
    }
  }

  private void unsubscribe(MqttConnection connection, MqttUnsubscribeMessage message) {
    List<Short> codes = new ArrayList<>();
    message.payload().topics().forEach(connection.replays::remove);
    locked(() -> {
      for (String filter : message.payload().topics()) {
        connection.forget(filter);
        boolean removed = subscriptions.remove(filter, connection);
        codes.add((short) (removed ? 0 : 0x11));
      }
    });
    connection.session.send(
        new MqttUnsubAckMessage(
            Packets.fixedHeader(MqttMessageType.UNSUBACK),
            Packets.header(message.variableHeader().messageId()),
            connection.version5 ? new MqttUnsubAckPayload(codes) : null));
  }

  private void disconnected(MqttConnection connection, MqttMessage message) {
    boolean withWill =
        message.variableHeader() instanceof MqttReasonCodeAndPropertiesVariableHeader header
            && header.reasonCode()
                == MqttReasonCodes.Disconnect.DISCONNECT_WITH_WILL_MESSAGE.byteValue();
    locked(() -> {
      if (!withWill) {
        connection.will = null;
      }
    });
    connection.session.close();
  }

  @Override
  public void onError(Session<MqttMessage> session, Throwable error) {
    LOG.debug("{}: {}", session.name(), error.getMessage());
    MqttConnection connection = session.get(CONNECTION);
    if (connection != null) {
      locked(() ->
          connection.disconnect(
              error instanceof MessageTooLargeException
                  ? MqttReasonCodes.Disconnect.PACKET_TOO_LARGE
                  : MqttReasonCodes.Disconnect.MALFORMED_PACKET));
      return;
    }
    for (Throwable each = error; each != null; each = each.getCause()) {
      if (each instanceof MqttUnacceptableProtocolVersionException) {
        refuse(session, MqttConnectReturnCode.CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION);
        return;
      }
    }
    session.close();
  }

  @Override
  public void onClose(Session<MqttMessage> session, CloseReason reason) {
    MqttConnection connection = session.get(CONNECTION);
    if (connection != null) {
      LOG.debug("{} left: {}", connection.clientId, reason);
      locked(() -> {
        if (connections.remove(connection.clientId, connection)) {
          end(connection);
        }
        connection.release();
      });
    }
  }

  /** Removes the subscriptions of a connection, and publishes its will. */
  private void end(MqttConnection connection) {
    connection.filters.forEach(filter -> subscriptions.remove(filter, connection));
    MqttPublishMessage will = connection.will;
    connection.release();
    if (will != null) {
      distribute(connection, will);
    }
  }

  private void locked(Runnable task) {
    lock.lock();
    try {
      task.run();
    } finally {
      lock.unlock();
    }
  }

  private boolean decide(BooleanSupplier task) {
    lock.lock();
    try {
      return task.getAsBoolean();
    } finally {
      lock.unlock();
    }
  }
}
