package io.gannet.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.transport.AttributeKey;
import io.gannet.transport.Client;
import io.gannet.transport.ClientBuilder;
import io.gannet.transport.CloseReason;
import io.gannet.transport.Codec;
import io.gannet.transport.Server;
import io.gannet.transport.ServerBuilder;
import io.gannet.transport.Session;
import io.gannet.transport.SessionListener;
import io.gannet.transport.WebSocketOptions;
import io.gannet.transport.netty.NettyCodecs;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** A protocol that exists, as docs/guide.md shows it. */
class ProtocolSamplesTest {

  // tag::guide-port-mqtt[]
  /** Accepts clients and answers their pings. The example has the rest of the broker. */
  static final class Greeter implements SessionListener<MqttMessage> {
    private static final AttributeKey<String> CLIENT = AttributeKey.of("client");

    @Override
    public void onMessage(Session<MqttMessage> session, MqttMessage message) {
      if (session.get(CLIENT) != null) {
        if (message.fixedHeader().messageType() == MqttMessageType.PINGREQ) {
          session.send(MqttMessage.PINGRESP);
        }
      } else if (message instanceof MqttConnectMessage connect) {
        session.set(CLIENT, connect.payload().clientIdentifier());
        session.setMaxMessageSize(256 << 10); // less before CONNECT
        int keepAlive = connect.variableHeader().keepAliveTimeSeconds();
        session.setReadIdleTimeout(Duration.ofMillis(keepAlive * 1_500L)); // zero is for ever
        session.send(
            MqttMessageBuilders.connAck()
                .returnCode(MqttConnectReturnCode.CONNECTION_ACCEPTED)
                .build());
      } else {
        session.close(); // CONNECT must be first
      }
    }
  }

  // end::guide-port-mqtt[]

  @Test
  void mqttOnTcpAndWebSocket() throws Exception {
    // tag::guide-port-mqtt-use[]
    Supplier<Codec<MqttMessage>> mqtt =
        NettyCodecs.of(
            MqttMessage.class, () -> new MqttDecoder(256 << 10), () -> MqttEncoder.INSTANCE);
    WebSocketOptions stream = WebSocketOptions.defaults().withStream().withSubprotocols("mqtt");
    List<Server<MqttMessage>> servers = new ArrayList<>();
    for (ServerBuilder.NeedsCodec each :
        List.of(Server.tcp("127.0.0.1", 0), Server.webSocket("127.0.0.1", 0, stream))) {
      servers.add(
          each.codecPerSession(mqtt)
              .listener(new Greeter())
              .maxSessions(5_000)
              .maxMessageSize(16 << 10)
              .readIdleTimeout(Duration.ofSeconds(10)) // until CONNECT arrives
              .start());
    }
    // end::guide-port-mqtt-use[]
    URI uri = URI.create("ws://127.0.0.1:" + servers.get(1).port());
    for (ClientBuilder.NeedsCodec each :
        List.of(Client.tcp("127.0.0.1", servers.get(0).port()), Client.webSocket(uri, stream))) {
      BlockingQueue<MqttMessage> answers = new LinkedBlockingQueue<>();
      try (Client<MqttMessage> client =
          each.codecPerSession(mqtt)
              .noReconnect()
              .onMessage((session, message) -> answers.add(message))
              .start()) {
        Session<MqttMessage> session = client.session();
        session.send(
            MqttMessageBuilders.connect()
                .clientId("client")
                .protocolVersion(MqttVersion.MQTT_3_1_1)
                .build());
        assertThat(answers.poll(30, TimeUnit.SECONDS).fixedHeader().messageType())
            .isEqualTo(MqttMessageType.CONNACK);
        session.send(MqttMessage.PINGREQ);
        assertThat(answers.poll(30, TimeUnit.SECONDS).fixedHeader().messageType())
            .isEqualTo(MqttMessageType.PINGRESP);
      }
    }
    try (Client<MqttMessage> stranger =
        Client.tcp("127.0.0.1", servers.get(0).port())
            .codecPerSession(mqtt)
            .noReconnect()
            .onMessage((session, message) -> session.close())
            .start()) {
      Session<MqttMessage> session = stranger.session();
      session.send(MqttMessage.PINGREQ);
      assertThat(session.whenClosed().toCompletableFuture().get(30, TimeUnit.SECONDS).kind())
          .isEqualTo(CloseReason.Kind.PEER_CLOSED);
    }
    servers.forEach(Server::close);
  }
}
