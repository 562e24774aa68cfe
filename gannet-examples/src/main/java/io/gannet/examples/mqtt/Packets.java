package io.gannet.examples.mqtt;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttConnectPayload;
import io.netty.handler.codec.mqtt.MqttConnectVariableHeader;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import org.jspecify.annotations.Nullable;

/** Creates packets of the broker and their parts. */
final class Packets {

  private Packets() {}

  /** The properties that tell clients of version 5 what isn't supported. */
  static MqttProperties abilities(MqttLimits limits, @Nullable String assignedClientId) {
    MqttProperties properties = new MqttProperties();
    number(properties, MqttProperties.MAXIMUM_QOS, 1);
    number(properties, MqttProperties.SESSION_EXPIRY_INTERVAL, 0);
    number(properties, MqttProperties.MAXIMUM_PACKET_SIZE, limits.packetBytes());
    number(properties, MqttProperties.SUBSCRIPTION_IDENTIFIER_AVAILABLE, 0);
    number(properties, MqttProperties.SHARED_SUBSCRIPTION_AVAILABLE, 0);
    if (assignedClientId != null) {
      properties.add(
          new MqttProperties.StringProperty(
              MqttProperties.ASSIGNED_CLIENT_IDENTIFIER, assignedClientId));
    }
    return properties;
  }

  private static void number(MqttProperties properties, int id, int value) {
    properties.add(new MqttProperties.IntegerProperty(id, value));
  }

  /** {@return the message that is published if a client is lost; null if it has none} */
  static @Nullable MqttPublishMessage will(
      MqttConnectVariableHeader header, MqttConnectPayload payload) {
    if (!header.isWillFlag()) {
      return null;
    }
    byte[] text = payload.willMessageInBytes();
    return new MqttPublishMessage(
        new MqttFixedHeader(
            MqttMessageType.PUBLISH,
            false,
            MqttQoS.valueOf(header.willQos()),
            header.isWillRetain(),
            MqttConnection.length(payload.willTopic()) + text.length),
        new MqttPublishVariableHeader(payload.willTopic(), 0, forwarded(payload.willProperties())),
        Unpooled.wrappedBuffer(text));
  }

  /** The properties of a message that are forwarded to its receivers. */
  static MqttProperties forwarded(MqttProperties properties) {
    MqttProperties copy = new MqttProperties();
    for (MqttProperties.MqttProperty<?> each : properties.listAll()) {
      switch (each.propertyId()) {
        case MqttProperties.PAYLOAD_FORMAT_INDICATOR,
            MqttProperties.PUBLICATION_EXPIRY_INTERVAL,
            MqttProperties.CONTENT_TYPE,
            MqttProperties.RESPONSE_TOPIC,
            MqttProperties.CORRELATION_DATA,
            MqttProperties.USER_PROPERTY ->
            copy.add(each);
        default -> {
          // Meant only for this broker.
        }
      }
    }
    return copy;
  }

  /** {@return the lower of two qualities of service, at most 1} */
  static MqttQoS lower(MqttQoS one, MqttQoS other) {
    return MqttQoS.valueOf(Math.min(1, Math.min(one.value(), other.value())));
  }

  static int packetId(MqttMessage message) {
    return ((MqttMessageIdVariableHeader) message.variableHeader()).messageId();
  }

  static MqttFixedHeader fixedHeader(MqttMessageType type) {
    return new MqttFixedHeader(type, false, MqttQoS.AT_MOST_ONCE, false, 0);
  }

  static MqttMessageIdAndPropertiesVariableHeader header(int packetId) {
    return new MqttMessageIdAndPropertiesVariableHeader(packetId, MqttProperties.NO_PROPERTIES);
  }
}
