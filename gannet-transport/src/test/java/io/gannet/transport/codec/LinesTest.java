package io.gannet.transport.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gannet.transport.Codec;
import io.gannet.transport.EncodeException;
import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.SkippedMessageException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinesTest {

  private static CodecHarness<String> lines() {
    return new CodecHarness<>(Codecs.lines());
  }

  @Test
  void linesEndWithALineFeedAndAnOptionalCarriageReturn() {
    try (CodecHarness<String> harness = lines()) {
      assertThat(harness.feed(Bytes.utf8("one\ntwo\r\n\n\r\n\rthree\r\r\n")))
          .containsExactly("one", "two", "", "", "\rthree\r");
    }
  }

  @Test
  void aLineSplitOverManyReadsArrivesWhole() {
    try (CodecHarness<String> harness = lines()) {
      assertThat(harness.feedByteByByte(Bytes.utf8("Grüße 🐦\r\nworld\n")))
          .containsExactly("Grüße 🐦", "world");
    }
  }

  @Test
  void aLineWithoutItsEndIsNotAMessage() {
    try (CodecHarness<String> harness = lines()) {
      assertThat(harness.feed(Bytes.utf8("one\ntw"))).containsExactly("one");
      assertThat(harness.unreadBytes()).isEqualTo(2);
      assertThat(harness.feed(Bytes.utf8("o\n"))).containsExactly("two");
    }
  }

  @Test
  void thousandsOfLinesInOneRead() {
    List<String> expected = IntStream.range(0, 20_000).mapToObj(i -> "line " + i).toList();
    try (CodecHarness<String> harness = lines()) {
      assertThat(harness.feed(harness.encodeAll(expected))).isEqualTo(expected);
    }
  }

  @Test
  void aPeerThatSendsSingleBytesDoesNotCauseQuadraticWork() {
    CountingReads reads = new CountingReads();
    int length = 10_000;
    try (CodecHarness<String> harness = lines().reading(reads)) {
      assertThat(harness.feedByteByByte(Bytes.utf8("x".repeat(length) + "\n"))).hasSize(1);
    }
    assertThat(reads.count).isLessThan(3L * length);
  }

  @Test
  void malformedTextLosesItsLineOnly() {
    byte[] bytes = Bytes.join(Bytes.utf8("a\nb"), Bytes.of(0xFF), Bytes.utf8("c\r\nd\n"));
    try (CodecHarness<String> harness = lines()) {
      assertThat(harness.feed(bytes)).containsExactly("a", "d");
      assertThat(harness.skipped)
          .singleElement()
          .satisfies(e -> assertThat(e).hasMessageContaining("not valid UTF-8"));
      assertThat(harness.unreadBytes()).isZero();
    }
  }

  @Test
  void aReplacementCharacterThatWasSentArrives() {
    try (CodecHarness<String> harness = lines()) {
      assertThat(harness.feed(Bytes.utf8("a\uFFFDb\n"))).containsExactly("a\uFFFDb");
      assertThat(harness.skipped).isEmpty();
    }
  }

  @Test
  void aLineAsLongAsTheLimitArrivesAndOneByteMoreDoesNot() {
    try (CodecHarness<String> harness = new CodecHarness<>(Codecs.lines(), 10)) {
      assertThat(harness.feed(harness.encode("123456789"))).containsExactly("123456789");
      assertThatThrownBy(() -> harness.encode("1234567890"))
          .isInstanceOf(MessageTooLargeException.class);
      assertThatThrownBy(() -> harness.feed(Bytes.utf8("1234567890\n")))
          .isInstanceOfSatisfying(
              MessageTooLargeException.class,
              e -> {
                assertThat(e.size()).isEqualTo(11);
                assertThat(e.limit()).isEqualTo(10);
              });
    }
  }

  @Test
  void anEndlessLineFailsAsSoonAsTheLimitIsReached() {
    try (CodecHarness<String> harness = new CodecHarness<>(Codecs.lines(), 10)) {
      assertThat(harness.feedByteByByte(Bytes.utf8("123456789"))).isEmpty();
      assertThatThrownBy(() -> harness.feed((byte) '0'))
          .isInstanceOf(MessageTooLargeException.class)
          .hasMessageContaining("11 bytes or more");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\n", "a\nb", "ab\n", "\r\n", "\r", "a\r", "\uD800", "a\uDC00", "\uDC00\uD800"})
  void whatCouldNotBeReadBackIsNotSent(String line) {
    try (CodecHarness<String> harness = lines()) {
      assertThatThrownBy(() -> harness.encode(line)).isInstanceOf(EncodeException.class);
    }
  }

  @Test
  void otherCharsetsWorkIfALineFeedIsTheirByte0A() {
    for (String name : List.of("ISO-8859-1", "US-ASCII", "windows-1252", "GB18030", "Shift_JIS")) {
      Codec<String> codec = Codecs.lines(Charset.forName(name));
      try (CodecHarness<String> harness = new CodecHarness<>(codec)) {
        assertThat(harness.feed(harness.encode("abc"))).containsExactly("abc");
      }
    }
    try (CodecHarness<String> harness =
        new CodecHarness<>(Codecs.lines(StandardCharsets.ISO_8859_1))) {
      assertThat(harness.encode("é")).isEqualTo(Bytes.of(0xE9, '\n'));
      assertThatThrownBy(() -> harness.encode("世"))
          .isInstanceOf(EncodeException.class)
          .hasMessageContaining("ISO-8859-1");
    }
    try (CodecHarness<String> harness =
        new CodecHarness<>(Codecs.lines(StandardCharsets.US_ASCII))) {
      assertThat(harness.feed(Bytes.of('a', 0xE9, '\n', 'b', '\n'))).containsExactly("b");
      assertThat(harness.skipped).hasSize(1).first().isInstanceOf(SkippedMessageException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-32", "IBM037"})
  void otherCharsetsAreRefused(String charset) {
    assertThatThrownBy(() -> Codecs.lines(Charset.forName(charset)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(charset);
  }
}
