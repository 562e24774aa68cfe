package io.gannet.transport.protobuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import com.google.protobuf.DescriptorProtos.UninterpretedOption.NamePart;
import com.google.protobuf.ListValue;
import com.google.protobuf.StringValue;
import com.google.protobuf.Value;
import io.gannet.testkit.Hex;
import io.gannet.transport.BodyCodec;
import io.gannet.transport.EncodeException;
import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.codec.Bytes;
import io.gannet.transport.codec.CodecHarness;
import io.gannet.transport.codec.Codecs;
import io.gannet.transport.codec.LengthPrefix;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProtobufCodecsTest {

  private static CodecHarness<StringValue> delimited() {
    return new CodecHarness<>(ProtobufCodecs.delimited(StringValue.getDefaultInstance()));
  }

  private static List<StringValue> messages() {
    return IntStream.range(0, 300).mapToObj(i -> StringValue.of("é".repeat(i))).toList();
  }

  @Test
  void delimitedMessagesAreThoseOfProtobufForJava() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (StringValue message : messages()) {
      message.writeDelimitedTo(out);
    }
    try (CodecHarness<StringValue> harness = delimited()) {
      assertThat(harness.encodeAll(messages())).isEqualTo(out.toByteArray());
      assertThat(harness.feedByteByByte(out.toByteArray())).isEqualTo(messages());
      ByteArrayInputStream in = new ByteArrayInputStream(harness.encode(StringValue.of("x")));
      assertThat(StringValue.parseDelimitedFrom(in)).isEqualTo(StringValue.of("x"));
    }
  }

  @Test
  void anEmptyMessageIsAMessage() {
    try (CodecHarness<StringValue> harness = delimited()) {
      assertThat(harness.encode(StringValue.getDefaultInstance())).isEqualTo(Bytes.of(0));
      assertThat(harness.feed((byte) 0)).containsExactly(StringValue.getDefaultInstance());
    }
  }

  @Test
  void protobufBodiesWorkWithAnyFraming() {
    BodyCodec<StringValue> body = ProtobufCodecs.body(StringValue.parser());
    try (CodecHarness<StringValue> harness =
        new CodecHarness<>(Codecs.lengthPrefixed(LengthPrefix.uint16(), body))) {
      assertThat(Hex.string(harness.encode(StringValue.of("a")))).isEqualTo("00 03 0a 01 61");
      assertThat(harness.feed(harness.encodeAll(messages()))).isEqualTo(messages());
    }
  }

  @Test
  void aMalformedMessageLosesItsFrameOnly() {
    try (CodecHarness<StringValue> harness = delimited()) {
      // A text whose length exceeds the message, a field number 0, an invalid wire type, malformed
      // UTF-8.
      byte[] bytes = Hex.bytes("02 0a 05  01 00  02 0f 01  03 0a 01 ff  03 0a 01 61");
      assertThat(harness.feed(bytes)).containsExactly(StringValue.of("a"));
      assertThat(harness.skipped)
          .hasSize(4)
          .allSatisfy(e -> assertThat(e).hasMessageContaining("Protobuf"));
    }
  }

  @Test
  void nestingIsLimited() {
    Value value = Value.newBuilder().setNumberValue(1).build();
    for (int i = 0; i < 200; i++) {
      value = Value.newBuilder().setListValue(ListValue.newBuilder().addValues(value)).build();
    }
    try (CodecHarness<Value> harness =
        new CodecHarness<>(ProtobufCodecs.delimited(Value.getDefaultInstance()))) {
      assertThat(harness.feed(harness.encode(value))).isEmpty();
      assertThat(harness.skipped).hasSize(1);
    }
  }

  @Test
  void aMessageThatLacksARequiredFieldIsNeitherSentNorReceived() {
    try (CodecHarness<NamePart> harness =
        new CodecHarness<>(ProtobufCodecs.delimited(NamePart.getDefaultInstance()))) {
      NamePart partial = NamePart.newBuilder().setNamePart("x").buildPartial();
      assertThatThrownBy(() -> harness.encode(partial))
          .isInstanceOf(EncodeException.class)
          .hasMessageContaining("NamePart lacks a required field");
      assertThat(harness.feed(Bytes.join(Bytes.of(3), partial.toByteArray()))).isEmpty();
      assertThat(harness.skipped).hasSize(1);
    }
  }

  @Test
  void aMessageOverTheLimitIsRefused() {
    try (CodecHarness<StringValue> harness =
        new CodecHarness<>(ProtobufCodecs.delimited(StringValue.getDefaultInstance()), 100)) {
      assertThat(harness.encode(StringValue.of("x".repeat(97)))).hasSize(100);
      assertThatThrownBy(() -> harness.encode(StringValue.of("x".repeat(98))))
          .isInstanceOf(MessageTooLargeException.class);
    }
  }

  @Test
  void bytesInsideAMessageAreCopied() {
    byte[] content = Bytes.random(new Random(1), 5_000);
    try (CodecHarness<BytesValue> harness =
        new CodecHarness<>(ProtobufCodecs.delimited(BytesValue.getDefaultInstance()))) {
      byte[] wire = harness.encode(BytesValue.of(ByteString.copyFrom(content)));
      BytesValue first = harness.feed(wire).getFirst();
      harness.feed(harness.encode(BytesValue.of(ByteString.copyFrom(new byte[5_000]))));
      assertThat(first.getValue().toByteArray()).isEqualTo(content);
    }
  }
}
