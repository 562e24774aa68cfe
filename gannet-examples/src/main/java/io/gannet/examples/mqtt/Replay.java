package io.gannet.examples.mqtt;

import io.netty.handler.codec.mqtt.MqttQoS;

/** How far a new subscription has been sent what is retained. Belongs to the thread of its session. */
final class Replay {

  final String[] filter;

  /** The highest that its messages are sent with. */
  final MqttQoS qos;

  /** The key of the last message that was sent; empty before the first. */
  String position = "";

  Replay(String filter, MqttQoS qos) {
    this.filter = Topics.levels(filter);
    this.qos = qos;
  }
}
