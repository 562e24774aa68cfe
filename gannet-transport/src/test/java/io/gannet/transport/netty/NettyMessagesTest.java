package io.gannet.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gannet.testkit.LeakDetection;
import io.gannet.transport.Codec;
import io.gannet.transport.DecodeException;
import io.gannet.transport.codec.Bytes;
import io.gannet.transport.codec.CodecHarness;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several Netty decoders and encoders in one pipeline, with messages that are objects. */
class NettyMessagesTest {

  private static final Supplier<Codec<MqttMessage>> MQTT =
      NettyCodecs.of(MqttMessage.class, MqttDecoder::new, () -> MqttEncoder.INSTANCE);

  @AfterEach
  void nothingLeaks() {
    assertThat(LeakDetection.collect()).isEmpty();
  }

  private static MqttMessage connect(MqttVersion version) {
    return MqttMessageBuilders.connect().protocolVersion(version).clientId("ann").build();
  }

  private static MqttPublishMessage publish(String text) {
    return MqttMessageBuilders.publish()
        .topicName("t")
        .qos(MqttQoS.AT_MOST_ONCE)
        .payload(Unpooled.wrappedBuffer(Bytes.utf8(text)))
        .build();
  }

  @Test
  void decoderAndEncoderShareTheAttributesOfTheirChannel() {
    try (CodecHarness<MqttMessage> client = new CodecHarness<>(MQTT.get());
        CodecHarness<MqttMessage> server = new CodecHarness<>(MQTT.get())) {
      byte[] hello = client.encode(connect(MqttVersion.MQTT_5));
      assertThat(server.feed(hello)).singleElement().isInstanceOf(MqttConnectMessage.class);
      MqttProperties properties = new MqttProperties();
      properties.add(new IntegerProperty(MqttProperties.SERVER_KEEP_ALIVE, 7));
      byte[] answer =
          server.encode(
              MqttMessageBuilders.connAck()
                  .returnCode(MqttConnectReturnCode.CONNECTION_ACCEPTED)
                  .properties(properties)
                  .build());
      assertThat(client.feed(answer))
          .singleElement()
          .isInstanceOfSatisfying(
              MqttConnAckMessage.class,
              ack ->
                  assertThat(
                          ack.variableHeader()
                              .properties()
                              .getProperty(MqttProperties.SERVER_KEEP_ALIVE)
                              .value())
                      .isEqualTo(7));
    }
  }

  @Test
  void aMessageOfMqttThatCouldNotBeDecodedIsNotAMessage() {
    try (CodecHarness<MqttMessage> server = new CodecHarness<>(MQTT.get())) {
      byte[] hello = server.encode(connect(MqttVersion.MQTT_3_1_1));
      hello[8] = 9; // no such version
      assertThatThrownBy(() -> server.feed(hello))
          .isInstanceOf(DecodeException.class)
          .hasMessageContaining("MqttUnacceptableProtocolVersionException");
      assertThat(server.received).isEmpty();
    }
  }

  @Test
  void aMessageWithBytesMayBeSentAgainWithoutRelease() {
    try (CodecHarness<MqttMessage> one = new CodecHarness<>(MQTT.get());
        CodecHarness<MqttMessage> other = new CodecHarness<>(MQTT.get())) {
      byte[] wire = one.encode(publish("hello"));
      MqttPublishMessage received = (MqttPublishMessage) one.feed(wire).get(0);
      assertThat(received.payload().hasArray()).isTrue();
      assertThat(one.encode(received)).isEqualTo(wire);
      assertThat(other.encode(received)).isEqualTo(wire);
      assertThat(received.payload().toString(StandardCharsets.UTF_8)).isEqualTo("hello");
    }
  }

  @Test
  void oneHandlerMayDecodeAndEncode() {
    try (CodecHarness<HttpObject> server =
        new CodecHarness<>(NettyCodecs.of(HttpObject.class, HttpServerCodec::new).get())) {
      assertThat(server.feed(Bytes.utf8("HEAD / HTTP/1.1\r\nContent-Length: 2\r\n\r\nok")))
          .satisfiesExactly(
              request -> assertThat(request).isInstanceOf(HttpRequest.class),
              content ->
                  assertThat(((HttpContent) content).content().toString(StandardCharsets.UTF_8))
                      .isEqualTo("ok"));
      DefaultFullHttpResponse response =
          new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
      response.headers().set(HttpHeaderNames.CONTENT_LENGTH, 1_000);
      // The encoder knows from the decoder that the answer to HEAD has no body.
      assertThat(new String(server.encode(response), StandardCharsets.UTF_8))
          .endsWith("1000\r\n\r\n");
      assertThat(response.refCnt()).isEqualTo(1);
    }
  }

  @Test
  void aTypeWithBytesMayBeTheTypeOfTheMessages() {
    assertThat(NettyCodecs.of(FullHttpRequest.class, HttpServerCodec::new).get()).isNotNull();
    try (CodecHarness<MqttPublishMessage> harness =
        new CodecHarness<>(
            NettyCodecs.of(MqttPublishMessage.class, MqttDecoder::new, () -> MqttEncoder.INSTANCE)
                .get())) {
      assertThat(harness.feed(harness.encode(publish("x"))))
          .singleElement()
          .satisfies(
              message -> assertThat(ByteBufUtil.getBytes(message.payload())).containsExactly('x'));
    }
  }
}
