package io.gannet.transport.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gannet.transport.EncodeException;
import io.gannet.transport.MessageTooLargeException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SimpleCodecsTest {

  @Test
  void framesOfOneSizeArriveHoweverTheyAreSplit() {
    try (CodecHarness<String> harness = new CodecHarness<>(Codecs.fixedLength(3, Bodies.utf8()))) {
      assertThat(harness.feed(Bytes.utf8("abcdefg"))).containsExactly("abc", "def");
      assertThat(harness.unreadBytes()).isEqualTo(1);
      assertThat(harness.feedByteByByte(Bytes.utf8("hijkl"))).containsExactly("ghi", "jkl");
      assertThat(harness.encode("xyz")).isEqualTo(Bytes.utf8("xyz"));
    }
  }

  @Test
  void aMessageOfAnotherSizeIsNotSent() {
    try (CodecHarness<String> harness = new CodecHarness<>(Codecs.fixedLength(3, Bodies.utf8()))) {
      assertThatThrownBy(() -> harness.encode("xy"))
          .isInstanceOf(EncodeException.class)
          .hasMessage("the message has 2 bytes, but all messages must have 3");
      assertThatThrownBy(() -> harness.encode("wxyz")).isInstanceOf(EncodeException.class);
    }
  }

  @Test
  void aFixedSizeOverTheLimitFailsAtTheFirstByte() {
    try (CodecHarness<String> harness =
        new CodecHarness<>(Codecs.fixedLength(11, Bodies.utf8()), 10)) {
      assertThatThrownBy(() -> harness.feed((byte) 0)).isInstanceOf(MessageTooLargeException.class);
    }
  }

  @Test
  void aFixedSizeIsAtLeastOneByte() {
    assertThatThrownBy(() -> Codecs.fixedLength(0, Bodies.utf8()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void rawBytesArriveAsTheyAreRead() {
    try (CodecHarness<byte[]> harness = new CodecHarness<>(Codecs.raw(), 4)) {
      assertThat(harness.feed(Bytes.of(1, 2))).containsExactly(Bytes.of(1, 2));
      assertThat(harness.feed()).isEmpty();
      assertThat(harness.feed(new byte[10])).containsExactly(new byte[4], new byte[4], new byte[2]);
      assertThat(harness.encode(Bytes.of(1, 2, 3, 4))).isEqualTo(Bytes.of(1, 2, 3, 4));
      assertThatThrownBy(() -> harness.encode(new byte[5]))
          .isInstanceOf(MessageTooLargeException.class);
    }
  }

  @Test
  void bodiesOfTextAreStrict() {
    try (CodecHarness<String> harness =
        new CodecHarness<>(
            Codecs.lengthPrefixed(LengthPrefix.uint8(), Bodies.text(StandardCharsets.UTF_16LE)))) {
      assertThat(harness.encode("a\n")).isEqualTo(Bytes.of(4, 'a', 0, '\n', 0));
      assertThat(harness.feed(Bytes.of(3, 'a', 0, 'b', 2, 'c', 0))).containsExactly("c");
      assertThat(harness.skipped).hasSize(1);
      assertThatThrownBy(() -> harness.encode("\uD800")).isInstanceOf(EncodeException.class);
    }
    assertThat(Bodies.text(StandardCharsets.UTF_8)).isSameAs(Bodies.utf8());
    assertThatThrownBy(() -> Bodies.text(java.nio.charset.Charset.forName("x-JISAutoDetect")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void everyMalformedKindOfUtf8IsFound() {
    try (CodecHarness<String> harness =
        new CodecHarness<>(Codecs.lengthPrefixed(LengthPrefix.uint8(), Bodies.utf8()))) {
      // A lone continuation, an overlong form, half a surrogate pair, a cut sequence, more than
      // 10FFFF.
      byte[][] malformed = {
        Bytes.of(0x80),
        Bytes.of(0xC0, 0x80),
        Bytes.of(0xED, 0xA0, 0x80),
        Bytes.of('a', 0xF0, 0x9F, 0x98),
        Bytes.of(0xF4, 0x90, 0x80, 0x80),
        Bytes.of(0xEF, 0xBF, 0xBD, 0xFF)
      };
      for (byte[] body : malformed) {
        assertThat(harness.feed(Bytes.join(Bytes.of(body.length), body))).isEmpty();
      }
      assertThat(harness.skipped).hasSize(malformed.length);
      assertThat(harness.feed(Bytes.of(3, 0xEF, 0xBF, 0xBD))).containsExactly("\uFFFD");
    }
  }
}
