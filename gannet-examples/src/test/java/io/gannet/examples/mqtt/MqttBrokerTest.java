package io.gannet.examples.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.transport.Client;
import io.gannet.transport.Server;
import io.gannet.transport.Session;
import io.gannet.transport.netty.NettyCodecs;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MqttBrokerTest {

  private final Server<MqttMessage> server =
      new MqttBroker().serve(Server.tcp("127.0.0.1", 0)).start();
  private final Deque<Peer> peers = new ArrayDeque<>();

  @AfterEach
  void stop() {
    peers.forEach(peer -> peer.client.close());
    server.close();
  }

  /** A client of MQTT that says what it is told to. */
  private final class Peer {
    final BlockingQueue<MqttMessage> received = new LinkedBlockingQueue<>();
    final Client<MqttMessage> client =
        Client.tcp("127.0.0.1", server.port())
            .codecPerSession(
                NettyCodecs.of(MqttMessage.class, MqttDecoder::new, () -> MqttEncoder.INSTANCE))
            .noReconnect()
            .onMessage((session, message) -> received.add(message))
            .start();
    final Session<MqttMessage> session = client.session();

    Peer() {
      peers.add(this);
    }

    <T extends MqttMessage> T next(Class<T> type) throws InterruptedException {
      return type.cast(received.poll(30, TimeUnit.SECONDS));
    }

    Peer connect(String id, MqttVersion version) throws InterruptedException {
      session.send(
          MqttMessageBuilders.connect()
              .clientId(id)
              .protocolVersion(version)
              .willFlag(true)
              .willTopic("gone/" + id)
              .willMessage("bye".getBytes(UTF_8))
              .build());
      assertThat(next(MqttConnAckMessage.class).variableHeader().connectReturnCode().byteValue())
          .isZero();
      return this;
    }

    int subscribe(String filter) throws InterruptedException {
      session.send(
          MqttMessageBuilders.subscribe()
              .messageId(7)
              .addSubscription(MqttQoS.AT_LEAST_ONCE, filter)
              .build());
      return next(MqttSubAckMessage.class).payload().reasonCodes().get(0);
    }

    void publish(String topic, String text, boolean retain) throws InterruptedException {
      session.send(
          MqttMessageBuilders.publish()
              .topicName(topic)
              .qos(MqttQoS.AT_LEAST_ONCE)
              .messageId(9)
              .retained(retain)
              .payload(Unpooled.wrappedBuffer(text.getBytes(UTF_8)))
              .build());
      assertThat(next(MqttMessage.class).fixedHeader().messageType())
          .isEqualTo(MqttMessageType.PUBACK);
    }

    String text() throws InterruptedException {
      MqttPublishMessage message = next(MqttPublishMessage.class);
      return message.variableHeader().topicName() + " " + message.payload().toString(UTF_8);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = MqttVersion.class,
      names = {"MQTT_3_1_1", "MQTT_5"})
  void messagesReachThoseWhoseFiltersMatch(MqttVersion version) throws InterruptedException {
    Peer reader = new Peer().connect("reader", version);
    Peer writer = new Peer().connect("writer", version);
    writer.publish("a/1/c", "kept", true);
    assertThat(reader.subscribe("a/+/c")).isEqualTo(1);
    assertThat(reader.text()).isEqualTo("a/1/c kept");
    writer.publish("a/b", "not for it", false);
    writer.publish("a/2/c", "two", false);
    assertThat(reader.text()).isEqualTo("a/2/c two");
    assertThat(reader.subscribe("#")).isEqualTo(1);
    assertThat(reader.text()).isEqualTo("a/1/c kept");
    writer.publish("$SYS/x", "hidden", false);
    writer.publish("last", "once", false);
    assertThat(reader.text()).isEqualTo("last once");
  }

  @Test
  void aSecondClientOfTheSameNameTakesOverAndTheWillOfTheFirstIsSaid() throws InterruptedException {
    Peer reader = new Peer().connect("reader", MqttVersion.MQTT_3_1_1);
    reader.subscribe("gone/#");
    Peer first = new Peer().connect("twin", MqttVersion.MQTT_5);
    new Peer().connect("twin", MqttVersion.MQTT_5);
    assertThat(first.next(MqttMessage.class).fixedHeader().messageType())
        .isEqualTo(MqttMessageType.DISCONNECT);
    assertThat(reader.text()).isEqualTo("gone/twin bye");
  }

  @Test
  void filtersThatAreNoneAndTooManyAreRefused() throws InterruptedException {
    Peer peer = new Peer().connect("peer", MqttVersion.MQTT_5);
    assertThat(peer.subscribe("a/#/b")).isEqualTo(0x8F);
    assertThat(peer.subscribe("$share/g/a")).isEqualTo(0x9E);
    assertThat(peer.subscribe("/".repeat(16))).isEqualTo(0x8F);
    for (int i = 0; i < MqttLimits.defaults().subscriptions(); i++) {
      assertThat(peer.subscribe("t/" + i)).isEqualTo(1);
    }
    assertThat(peer.subscribe("t/more")).isEqualTo(0x97);
  }
}
