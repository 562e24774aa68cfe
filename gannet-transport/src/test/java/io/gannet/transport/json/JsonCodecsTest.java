package io.gannet.transport.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gannet.transport.EncodeException;
import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.SkippedMessageException;
import io.gannet.transport.codec.Bytes;
import io.gannet.transport.codec.CodecHarness;
import io.gannet.transport.codec.Codecs;
import io.gannet.transport.codec.LengthPrefix;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

class JsonCodecsTest {

  /** A message. */
  record Chat(String from, String text, int count) {
    Chat {
      if (count < 0) {
        throw new IllegalArgumentException("count is negative");
      }
    }
  }

  /** A type that can't be written. */
  public static final class Broken {
    private final String value;

    Broken(String value) {
      this.value = value;
    }

    public String getValue() {
      return Objects.requireNonNull(value, "no value");
    }
  }

  private static CodecHarness<Chat> lines() {
    return new CodecHarness<>(JsonCodecs.lines(Chat.class));
  }

  @Test
  void oneValuePerLine() {
    try (CodecHarness<Chat> harness = lines()) {
      assertThat(harness.encode(new Chat("a", "hi\n\u2028", 1)))
          .isEqualTo(Bytes.utf8("{\"from\":\"a\",\"text\":\"hi\\n\u2028\",\"count\":1}\n"));
      assertThat(
              harness.feedByteByByte(
                  Bytes.utf8("{\"from\":\"ü\",\"text\":\"🐦\",\"count\":1}\r\n {\"count\":2} \n")))
          .containsExactly(new Chat("ü", "🐦", 1), new Chat(null, null, 2));
    }
  }

  @Test
  void blankLinesAreIgnored() {
    try (CodecHarness<Chat> harness = lines()) {
      assertThat(harness.feed(Bytes.utf8("\n\r\n \t\n{\"count\":2}\n\n"))).hasSize(1);
      assertThat(harness.unreadBytes()).isZero();
      assertThat(harness.skipped).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "{",
        "{\"count\":}",
        "{\"count\":1} {}",
        "{\"count\":1}}",
        "[]",
        "1",
        "\"\"",
        "null",
        "{\"count\":\"many\"}",
        "{\"count\":-1}",
        "{\"count\":1e999}",
        "{\"text\":\"\\ud800x\u0001\"}"
      })
  void whatIsNotSuchAValueCostsItsLineAndNotTheSession(String line) {
    try (CodecHarness<Chat> harness = lines()) {
      assertThat(harness.feed(Bytes.utf8(line + "\n{\"count\":7}\n"))).hasSize(1);
      assertThat(harness.skipped).hasSize(1);
    }
  }

  @Test
  void malformedUtf8IsNotJson() {
    try (CodecHarness<JsonNode> harness = new CodecHarness<>(JsonCodecs.lines(JsonNode.class))) {
      assertThat(harness.feed(Bytes.of('"', 0xFF, '"', '\n', '"', 0xE2, 0x82, '"', '\n')))
          .isEmpty();
      assertThat(harness.skipped).hasSize(2);
    }
  }

  @Test
  void aNumberWithATooLargeExponentLosesItsLineOnly() {
    try (CodecHarness<JsonNode> harness = new CodecHarness<>(JsonCodecs.lines(JsonNode.class))) {
      assertThat(harness.feed(Bytes.utf8("1e405324678901234567880\n[2]\n"))).hasSize(1);
      assertThat(harness.skipped).hasSize(1);
    }
  }

  @Test
  void nestingIsLimitedInBothDirections() {
    int depth = JsonCodecs.MAX_DEPTH;
    try (CodecHarness<JsonNode> harness = new CodecHarness<>(JsonCodecs.lines(JsonNode.class))) {
      assertThat(harness.feed(nested(depth))).hasSize(1);
      assertThat(harness.feed(nested(depth + 1))).isEmpty();
      assertThat(harness.feed(Bytes.utf8("[".repeat(1_000_000) + "\n"))).isEmpty();
      assertThat(harness.skipped)
          .hasSize(2)
          .allSatisfy(e -> assertThat(e).hasMessageContaining("200"));

      JsonNode deep = JsonMapper.shared().readTree(nested(depth + 1));
      assertThatThrownBy(() -> harness.encode(deep)).isInstanceOf(EncodeException.class);
    }
  }

  private static byte[] nested(int depth) {
    return Bytes.utf8("[".repeat(depth) + "]".repeat(depth) + "\n");
  }

  @Test
  void dataOfThePeerIsEscapedInErrors() {
    String evil = "{\"count\": 1, \"\\u001b[31m\\nERROR forged " + "x".repeat(10_000) + "\": 1}\n";
    JsonMapper strict =
        JsonMapper.builder()
            .enable(tools.jackson.databind.DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    try (CodecHarness<Chat> harness =
        new CodecHarness<>(JsonCodecs.lines(JsonCodecs.body(strict, Chat.class)))) {
      harness.feed(Bytes.utf8(evil));
      assertThat(harness.skipped).hasSize(1);
      SkippedMessageException skipped = harness.skipped.getFirst();
      assertThat(skipped.getMessage())
          .doesNotContain("\n", "\u001b")
          .contains("forged")
          .hasSizeLessThan(600);
      assertThat(skipped.getCause()).isNull();
    }
  }

  @Test
  void anExceptionOfTheUsersOwnClassIsTheCause() {
    try (CodecHarness<Chat> harness = lines()) {
      harness.feed(Bytes.utf8("{\"count\":-1}\n"));
      assertThat(harness.skipped.getFirst())
          .hasCauseInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Chat")
          .hasMessageContaining("count is negative");
    }
  }

  @Test
  void aValueThatCannotBeWrittenIsNotSent() {
    try (CodecHarness<Broken> harness = new CodecHarness<>(JsonCodecs.lines(Broken.class))) {
      assertThatThrownBy(() -> harness.encode(new Broken(null)))
          .isInstanceOf(EncodeException.class)
          .hasMessageContaining("Broken")
          .hasMessageContaining("no value");
    }
  }

  @Test
  void aMessageOverTheLimitIsRefusedWithTheLimit() {
    try (CodecHarness<Chat> harness = new CodecHarness<>(JsonCodecs.lines(Chat.class), 50_000)) {
      Chat small = new Chat("a", "x".repeat(49_900), 1);
      assertThat(harness.feed(harness.encode(small))).containsExactly(small);
      assertThatThrownBy(() -> harness.encode(new Chat("a", "x".repeat(50_000), 1)))
          .isInstanceOf(MessageTooLargeException.class);
    }
    TypeReference<List<Chat>> type = new TypeReference<>() {};
    try (CodecHarness<List<Chat>> harness =
        new CodecHarness<>(JsonCodecs.lines(JsonCodecs.body(type)), 50_000)) {
      List<Chat> many = java.util.Collections.nCopies(5_000, new Chat("a", "b", 1));
      assertThatThrownBy(() -> harness.encode(many)).isInstanceOf(MessageTooLargeException.class);
    }
  }

  @Test
  void aMapperThatIndentsDoesNotGoWithLinesButWithALengthPrefix() {
    JsonMapper indenting = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    Chat chat = new Chat("a", "b", 1);
    try (CodecHarness<Chat> harness =
        new CodecHarness<>(JsonCodecs.lines(JsonCodecs.body(indenting, Chat.class)))) {
      assertThatThrownBy(() -> harness.encode(chat)).isInstanceOf(EncodeException.class);
    }
    try (CodecHarness<Chat> harness =
        new CodecHarness<>(
            Codecs.lengthPrefixed(LengthPrefix.uint32(), JsonCodecs.body(indenting, Chat.class)))) {
      assertThat(harness.feed(harness.encode(chat))).containsExactly(chat);
    }
  }

  @Test
  void typesMayHaveParameters() {
    TypeReference<Map<String, List<Chat>>> type = new TypeReference<>() {};
    for (var body : List.of(JsonCodecs.body(type), JsonCodecs.body(JsonMapper.shared(), type))) {
      try (CodecHarness<Map<String, List<Chat>>> harness =
          new CodecHarness<>(JsonCodecs.lines(body))) {
        Map<String, List<Chat>> message = Map.of("k", List.of(new Chat("a", "b", 3)));
        assertThat(harness.feed(harness.encode(message))).containsExactly(message);
      }
    }
  }
}
