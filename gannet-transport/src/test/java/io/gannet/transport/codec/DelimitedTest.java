package io.gannet.transport.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gannet.transport.EncodeException;
import io.gannet.transport.MessageTooLargeException;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DelimitedTest {

  private static CodecHarness<String> harness(String delimiter) {
    return new CodecHarness<>(Codecs.delimited(Bytes.utf8(delimiter), Bodies.utf8()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"|", "\r\n", "END", "🐦", "aab", "abab", "----------------"})
  void framesArriveHoweverTheyAreSplit(String delimiter) {
    List<String> messages = List.of("", "x", "hello world", "ä".repeat(100), "", "y");
    byte[] wire;
    try (CodecHarness<String> harness = harness(delimiter)) {
      wire = harness.encodeAll(messages);
      assertThat(wire).endsWith(Bytes.utf8(delimiter));
      assertThat(harness.feed(wire)).isEqualTo(messages);
    }
    try (CodecHarness<String> harness = harness(delimiter)) {
      assertThat(harness.feedByteByByte(wire)).isEqualTo(messages);
    }
    for (int cut = 0; cut < wire.length; cut++) {
      try (CodecHarness<String> harness = harness(delimiter)) {
        List<String> received =
            new java.util.ArrayList<>(harness.feed(java.util.Arrays.copyOf(wire, cut)));
        received.addAll(harness.feed(java.util.Arrays.copyOfRange(wire, cut, wire.length)));
        assertThat(received).isEqualTo(messages);
      }
    }
  }

  @Test
  void theFirstDelimiterCountsEvenIfItsStartRepeats() {
    try (CodecHarness<String> harness = harness("aab")) {
      assertThat(harness.feedByteByByte(Bytes.utf8("aaaabxaabaab"))).containsExactly("aa", "x", "");
    }
  }

  @ParameterizedTest
  @CsvSource({"|, a|b", "||, a|", "||, ||", "END, xENDy", "aa, ba", "aba, xab", "abab, zab"})
  void aMessageThatTheReceiverWouldCutElsewhereIsNotSent(String delimiter, String message) {
    try (CodecHarness<String> harness = harness(delimiter)) {
      assertThatThrownBy(() -> harness.encode(message))
          .isInstanceOf(EncodeException.class)
          .hasMessageContaining("delimiter");
    }
  }

  @Test
  void aMessageMayEndWithTheStartOfTheDelimiterIfThatChangesNothing() {
    try (CodecHarness<String> harness = harness("\r\n")) {
      assertThat(harness.feed(harness.encode("a\r"))).containsExactly("a\r");
    }
  }

  @Test
  void theLimitCountsTheDelimiter() {
    try (CodecHarness<String> harness =
        new CodecHarness<>(Codecs.delimited(Bytes.utf8("END"), Bodies.utf8()), 10)) {
      assertThat(harness.feed(harness.encode("1234567"))).containsExactly("1234567");
      assertThatThrownBy(() -> harness.encode("12345678"))
          .isInstanceOf(MessageTooLargeException.class);
      assertThatThrownBy(() -> harness.feed(Bytes.utf8("12345678END")))
          .isInstanceOf(MessageTooLargeException.class);
    }
    try (CodecHarness<String> harness =
        new CodecHarness<>(Codecs.delimited(Bytes.utf8("END"), Bodies.utf8()), 10)) {
      assertThat(harness.feedByteByByte(Bytes.utf8("123456789"))).isEmpty();
      assertThatThrownBy(() -> harness.feed((byte) '0'))
          .isInstanceOf(MessageTooLargeException.class);
    }
  }

  @Test
  void aPeerThatSendsSingleBytesDoesNotCauseQuadraticWork() {
    int length = 10_000;
    for (String delimiter : List.of("|", "\r\n", "xxxxxxxy")) {
      CountingReads reads = new CountingReads();
      try (CodecHarness<String> harness = harness(delimiter).reading(reads)) {
        harness.feedByteByByte(Bytes.utf8("x".repeat(length) + delimiter));
      }
      assertThat(reads.count)
          .as(delimiter)
          .isLessThan(4L * length * delimiter.length() * delimiter.length());
    }
  }

  @Test
  void malformedTextLosesItsFrameOnly() {
    try (CodecHarness<String> harness = harness("|")) {
      assertThat(harness.feed(Bytes.of('a', '|', 0xC0, '|', 'b', '|'))).containsExactly("a", "b");
      assertThat(harness.skipped).hasSize(1);
    }
  }

  @Test
  void thousandsOfFramesInOneRead() {
    List<String> messages = Collections.nCopies(20_000, "m");
    try (CodecHarness<String> harness = harness("\r\n")) {
      assertThat(harness.feed(harness.encodeAll(messages))).isEqualTo(messages);
    }
  }

  @Test
  void theDelimiterIsCopiedAndNotEmpty() {
    byte[] delimiter = {'|'};
    try (CodecHarness<String> harness =
        new CodecHarness<>(Codecs.delimited(delimiter, Bodies.utf8()))) {
      delimiter[0] = 'x';
      assertThat(harness.feed(Bytes.utf8("axb|"))).containsExactly("axb");
    }
    assertThatThrownBy(() -> Codecs.delimited(new byte[0], Bodies.utf8()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
