package io.gannet.examples.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.transport.Client;
import io.gannet.transport.Server;
import io.gannet.transport.Session;
import io.gannet.transport.netty.NettyCodecs;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MqttBrokerTest {

  private Server<MqttMessage> server = serve(MqttLimits.defaults());
  private final Deque<Peer> peers = new ArrayDeque<>();

  private static Server<MqttMessage> serve(MqttLimits limits) {
    return new MqttBroker(limits, (clientId, userName, password, connection) -> true)
        .serve(Server.tcp("127.0.0.1", 0))
        .start();
  }

  /** Replaces the broker with one that has room for only a few messages. */
  private void serveFew(int retained, long retainedBytes, int waiting, long heldBytes) {
    server.close();
    server =
        serve(
            new MqttLimits(
                100,
                16 << 10,
                256 << 10,
                128,
                512,
                16,
                10,
                retained,
                retainedBytes,
                waiting,
                1 << 20,
                heldBytes));
  }

  @AfterEach
  void stop() {
    peers.forEach(peer -> peer.client.close());
    server.close();
  }

  /** An MQTT client that sends the packets that the test chooses. */
  private final class Peer {
    final BlockingQueue<MqttMessage> received = new LinkedBlockingQueue<>();
    final Client<MqttMessage> client =
        Client.tcp("127.0.0.1", server.port())
            .codecPerSession(
                NettyCodecs.of(
                    MqttMessage.class,
                    () -> new MqttDecoder(256 << 10),
                    () -> MqttEncoder.INSTANCE))
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

    /**
     * Returns the broker's reason code for a client of version 5 with a will of the given size; 0
     * is success.
     */
    int connect(String id, int will) throws InterruptedException {
      sendConnect(id, will);
      return next(MqttConnAckMessage.class).variableHeader().connectReturnCode().byteValue() & 0xFF;
    }

    void sendConnect(String id, int will) {
      session.send(
          MqttMessageBuilders.connect()
              .clientId(id)
              .protocolVersion(MqttVersion.MQTT_5)
              .willFlag(true)
              .willTopic("gone/" + id)
              .willMessage(new byte[will])
              .build());
    }

    Peer connect(String id, MqttVersion version) throws InterruptedException {
      return connect(id, version, 0, MqttProperties.NO_PROPERTIES);
    }

    Peer connect(String id, MqttVersion version, int keepAlive, MqttProperties properties)
        throws InterruptedException {
      session.send(
          MqttMessageBuilders.connect()
              .keepAlive(keepAlive)
              .properties(properties)
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
      return subscribe(filter, MqttQoS.AT_LEAST_ONCE);
    }

    int subscribe(String filter, MqttQoS qos) throws InterruptedException {
      session.send(
          MqttMessageBuilders.subscribe().messageId(7).addSubscription(qos, filter).build());
      return next(MqttSubAckMessage.class).payload().reasonCodes().get(0);
    }

    /** Returns the reason code of the acknowledgement; 0 is success. */
    int publish(String topic, String text, boolean retain) throws InterruptedException {
      session.send(
          MqttMessageBuilders.publish()
              .topicName(topic)
              .qos(MqttQoS.AT_LEAST_ONCE)
              .messageId(9)
              .retained(retain)
              .payload(Unpooled.wrappedBuffer(text.getBytes(UTF_8)))
              .build());
      MqttMessage answer = next(MqttMessage.class);
      assertThat(answer.fixedHeader().messageType()).isEqualTo(MqttMessageType.PUBACK);
      return answer.variableHeader() instanceof MqttPubReplyMessageVariableHeader header
          ? header.reasonCode() & 0xFF
          : 0;
    }

    /** Returns the next message, and acknowledges it. */
    String acknowledged() throws InterruptedException {
      return acknowledge(next(MqttPublishMessage.class));
    }

    /** Acknowledges a message, and returns it as text. */
    String acknowledge(MqttPublishMessage message) {
      session.send(
          MqttMessageBuilders.pubAck().packetId(message.variableHeader().packetId()).build());
      return text(message);
    }

    String text() throws InterruptedException {
      return text(next(MqttPublishMessage.class));
    }

    private static String text(MqttPublishMessage message) {
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
    serveFew(0, 0, 0, 1 << 20);
    Peer peer = new Peer().connect("peer", MqttVersion.MQTT_5);
    assertThat(peer.subscribe("a/#/b")).isEqualTo(0x8F);
    assertThat(peer.subscribe("$share/g/a")).isEqualTo(0x9E);
    assertThat(peer.subscribe("/".repeat(16))).isEqualTo(0x8F);
    for (int i = 0; i < 10; i++) {
      assertThat(peer.subscribe("t/" + i)).isEqualTo(1);
    }
    assertThat(peer.subscribe("t/more")).isEqualTo(0x97);
  }

  @Test
  void aClientThatIsSilentForHalfAsLongAgainAsItsKeepAliveIsPutOut() throws InterruptedException {
    Peer reader = new Peer().connect("reader", MqttVersion.MQTT_3_1_1);
    reader.subscribe("gone/#");
    long start = System.nanoTime();
    Peer silent =
        new Peer().connect("silent", MqttVersion.MQTT_3_1_1, 1, MqttProperties.NO_PROPERTIES);
    assertThat(reader.text()).isEqualTo("gone/silent bye");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(1_400));
    await().until(() -> !silent.session.isOpen());
    assertThat(reader.subscribe("still/here")).isEqualTo(1); // it has said 0, which is for ever
  }

  @Test
  void moreIsNotRetainedThanThereIsRoomFor() throws InterruptedException {
    serveFew(2, 100, 10, 1 << 20);
    Peer peer = new Peer().connect("peer", MqttVersion.MQTT_5);
    assertThat(peer.publish("a", "one", true)).isZero();
    assertThat(peer.publish("b", "two", true)).isZero();
    assertThat(peer.publish("c", "one too many", true)).isEqualTo(0x97);
    assertThat(peer.publish("a", "another", true)).isZero();
    assertThat(peer.publish("b", "x".repeat(100), true)).isEqualTo(0x97);
    assertThat(peer.publish("a", "", true)).isZero();
    assertThat(peer.publish("c", "now there is", true)).isZero();
    peer.subscribe("+");
    assertThat(peer.text()).isEqualTo("b two");
    assertThat(peer.text()).isEqualTo("c now there is");
  }

  @Test
  void aClientThatAcknowledgesNothingIsPutOutWhenTooManyMessagesWait() throws InterruptedException {
    serveFew(0, 0, 5, 1 << 20);
    Peer stuck = new Peer().connect("stuck", MqttVersion.MQTT_5, 0, receiveMaximum(1));
    stuck.subscribe("a");
    Peer writer = new Peer().connect("writer", MqttVersion.MQTT_5);
    for (int i = 0; i < 6; i++) {
      assertThat(writer.publish("a", "m" + i, false)).isZero();
    }
    assertThat(stuck.text()).isEqualTo("a m0");
    stuck.session.send(MqttMessage.PINGREQ);
    assertThat(stuck.next(MqttMessage.class).fixedHeader().messageType())
        .isEqualTo(MqttMessageType.PINGRESP); // one is on its way and five wait: it may go on
    assertThat(writer.publish("a", "one too many", false)).isZero();
    MqttMessage last = stuck.next(MqttMessage.class);
    assertThat(last.fixedHeader().messageType()).isEqualTo(MqttMessageType.DISCONNECT);
    assertThat(((MqttReasonCodeAndPropertiesVariableHeader) last.variableHeader()).reasonCode())
        .isEqualTo((byte) 0x97);
    await().until(() -> !stuck.session.isOpen());
    assertThat(writer.publish("a", "to nobody", false)).isZero();
  }

  private static MqttProperties receiveMaximum(int messages) {
    MqttProperties properties = new MqttProperties();
    properties.add(new MqttProperties.IntegerProperty(MqttProperties.RECEIVE_MAXIMUM, messages));
    return properties;
  }

  @Test
  void whatIsRetainedComesAsItIsAcknowledgedHoweverMuchItIs() throws InterruptedException {
    serveFew(100, 1 << 20, 5, 1 << 20);
    Peer writer = new Peer().connect("writer", MqttVersion.MQTT_5);
    for (int i = 0; i < 100; i++) {
      assertThat(writer.publish("many/" + i, "m" + i, true)).isZero();
    }
    Peer reader = new Peer().connect("reader", MqttVersion.MQTT_5, 0, receiveMaximum(10));
    reader.subscribe("many/+");
    Set<String> received = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      received.add(reader.acknowledged());
    }
    assertThat(received).hasSize(100).contains("many/99 m99");
    assertThat(reader.received).isEmpty();
  }

  @Test
  void whatIsRetainedComesWithoutAcknowledgementsAsTheQueueHasRoom() throws InterruptedException {
    String large = "x".repeat(100_000);
    Peer writer = new Peer().connect("writer", MqttVersion.MQTT_5);
    for (int i = 100; i < 150; i++) {
      assertThat(writer.publish("large/" + i, large, true)).isZero();
    }
    Peer reader = new Peer().connect("reader", MqttVersion.MQTT_3_1_1);
    reader.subscribe("large/+", MqttQoS.AT_MOST_ONCE);
    for (int i = 100; i < 150; i++) {
      assertThat(reader.text()).isEqualTo("large/" + i + " " + large);
    }
  }

  @Test
  void nothingOlderComesBehindWhatIsPublishedMeanwhile() throws InterruptedException {
    Peer writer = new Peer().connect("writer", MqttVersion.MQTT_5);
    for (String topic : List.of("a", "b", "c", "d")) {
      assertThat(writer.publish(topic, "old", true)).isZero();
    }
    Peer reader = new Peer().connect("reader", MqttVersion.MQTT_5, 0, receiveMaximum(1));
    reader.subscribe("+");
    MqttPublishMessage first = reader.next(MqttPublishMessage.class);
    assertThat(writer.publish("b", "new", true)).isZero();
    assertThat(writer.publish("c", "", true)).isZero();
    assertThat(List.of(reader.acknowledge(first), reader.acknowledged(), reader.acknowledged()))
        .containsExactly("a old", "b new", "c ");
    assertThat(List.of(reader.acknowledged(), reader.acknowledged()))
        .containsExactly("b new", "d old");
  }

  @Test
  void aConnectThatIsTooLargeIsRefused() throws InterruptedException {
    assertThat(new Peer().connect("modest", 15_000)).isZero();
    Peer greedy = new Peer();
    greedy.sendConnect("greedy", 20_000); // answered if it came in one piece
    await().until(() -> !greedy.session.isOpen());
    assertThat(greedy.received)
        .allSatisfy(answer ->
            assertThat(((MqttConnAckMessage) answer).variableHeader().connectReturnCode())
                .isEqualTo(MqttConnectReturnCode.CONNECTION_REFUSED_PACKET_TOO_LARGE));
    Peer stranger = new Peer();
    stranger.session.send(
        MqttMessageBuilders.publish()
            .topicName("a")
            .qos(MqttQoS.AT_MOST_ONCE)
            .payload(Unpooled.wrappedBuffer(new byte[200_000]))
            .build());
    await().until(() -> !stranger.session.isOpen());
  }

  @Test
  void nothingOfAConnectionIsHandledBehindAConnectThatIsRefused() throws InterruptedException {
    server.close();
    Queue<String> asked = new ConcurrentLinkedQueue<>();
    MqttAuthenticator authenticator =
        (clientId, userName, password, connection) -> {
          asked.add(clientId);
          return !clientId.equals("stranger");
        };
    server =
        new MqttBroker(MqttLimits.defaults(), authenticator)
            .serve(Server.tcp("127.0.0.1", 0))
            .start();
    Peer peer = new Peer();

    peer.session.sendAll(
        Stream.of("stranger", "friend", "other")
            .map(id -> MqttMessageBuilders.connect().clientId(id).build())
            .toList());

    assertThat(peer.next(MqttConnAckMessage.class).variableHeader().connectReturnCode())
        .isEqualTo(MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED);
    await().until(() -> !peer.session.isOpen());
    assertThat(peer.received).isEmpty();
    assertThat(asked).containsExactly("stranger");
  }

  @Test
  void whatAllClientsHoldTogetherIsBoundedAndGivenBack() throws InterruptedException {
    serveFew(0, 0, 100, 10_000);
    Peer holder = new Peer();
    assertThat(holder.connect("holder", 8_000)).isZero();
    Peer late = new Peer();
    assertThat(late.connect("late", 8_000)).isEqualTo(0x97);
    Peer reader = new Peer().connect("reader", MqttVersion.MQTT_5, 0, receiveMaximum(1));
    assertThat(reader.subscribe("a/b/c/d/e/f/g/h")).isEqualTo(0x97);
    assertThat(reader.subscribe("a")).isEqualTo(1);
    holder.session.close();
    await().untilAsserted(() -> assertThat(reader.subscribe("a/b/c/d/e/f/g/h")).isEqualTo(1));
    Peer writer = new Peer().connect("writer", MqttVersion.MQTT_5);
    for (int i = 0; i < 3; i++) {
      assertThat(writer.publish("a", "x".repeat(4_000), false)).isZero();
    }
    assertThat(reader.text()).startsWith("a x"); // one is on its way, and one waits
    assertThat(reader.next(MqttMessage.class).fixedHeader().messageType())
        .isEqualTo(MqttMessageType.DISCONNECT);
    await().until(() -> !reader.session.isOpen());
    await().untilAsserted(() -> assertThat(new Peer().connect("late", 8_000)).isZero());
  }
}
