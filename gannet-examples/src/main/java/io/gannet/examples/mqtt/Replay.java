package io.gannet.examples.mqtt;

import io.netty.handler.codec.mqtt.MqttQoS;

/**
 * The progress of sending retained messages for a new subscription. Belongs to the thread of its
 * session.
 */
final class Replay {

  final String[] filter;

  /** The maximum QoS of its messages. */
  final MqttQoS qos;

  /** The key up to which all that matches was sent; empty before the first. */
  String position = "";

  Replay(String filter, MqttQoS qos) {
    this.filter = Topics.levels(filter);
    this.qos = qos;
  }
}
