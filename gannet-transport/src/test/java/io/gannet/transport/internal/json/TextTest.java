package io.gannet.transport.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** Texts are written and read as Jackson does it. */
class TextTest {

  private static final ObjectMapper OURS = ExactJson.mapper();
  private static final ObjectMapper JACKSON = JsonMapper.builder().build();

  /**
   * Characters that JSON escapes, that take several bytes in UTF-8, or whose low byte is that of a
   * letter.
   */
  private static final List<String> SPECIAL =
      List.of(
          "\"",
          "\\",
          "/",
          "\0",
          "\n",
          "\t",
          "\u001f",
          " ",
          "?",
          "\u007f",
          "\u0080",
          "\u00e9",
          "\u07ff",
          "\u0800",
          "\u2028",
          "\u4e41",
          "\ufffd",
          "\uffff",
          "\ud83d\udc26",
          "\ud83d",
          "\udc26",
          "\udc26\ud83d");

  /** Strings as parts of other values. */
  record Parts(
      String text,
      Optional<String> maybe,
      List<String> list,
      List<List<String>> nested,
      Map<String, String> map,
      Object any,
      JsonNode tree) {
    static Parts of(String text) {
      return new Parts(
          text,
          Optional.of(text),
          List.of(text, "", text),
          List.of(List.of(text)),
          Map.of(text, text),
          text,
          JACKSON.getNodeFactory().stringNode(text));
    }
  }

  private static List<String> texts() {
    List<String> texts = new ArrayList<>();
    for (int length = 0; length <= 80; length++) {
      String plain = "abcdefghij".repeat(8).substring(0, length);
      texts.add(plain);
      for (String special : SPECIAL) {
        texts.add(special + plain);
        texts.add(plain + special);
        texts.add(plain.substring(length / 2) + special + plain.substring(0, length / 2));
      }
    }
    Random random = new Random(14);
    for (int i = 0; i < 2_000; i++) {
      int specials = random.nextInt(4);
      StringBuilder text = new StringBuilder("x".repeat(random.nextInt(300)));
      for (int j = 0; j < specials; j++) {
        text.insert(random.nextInt(text.length() + 1), SPECIAL.get(random.nextInt(SPECIAL.size())));
      }
      texts.add(text.toString());
    }
    for (int length : new int[] {3_999, 4_000, 7_997, 7_998, 7_999, 8_000, 8_001, 100_000}) {
      texts.add("y".repeat(length));
      texts.add("y".repeat(length) + "\u00e9\"");
    }
    return texts;
  }

  private static String outcome(Supplier<String> action) {
    try {
      return action.get();
    } catch (JacksonException e) {
      return "fails: " + e.getClass() + e.getOriginalMessage();
    }
  }

  private static String written(ObjectMapper mapper, Object value) {
    return outcome(() -> new String(mapper.writeValueAsBytes(value), StandardCharsets.ISO_8859_1));
  }

  private static String read(ObjectMapper mapper, byte[] json) {
    return outcome(() -> mapper.readValue(json, String.class));
  }

  @Test
  void aTextIsWrittenAsJacksonWritesIt() {
    for (String text : texts()) {
      assertThat(written(OURS, text)).isEqualTo(written(JACKSON, text));
      assertThat(written(OURS, Parts.of(text))).isEqualTo(written(JACKSON, Parts.of(text)));
    }
  }

  @Test
  void aTextIsWrittenToCharactersAndTreesAsWell() {
    String text = "a plain text that is long enough to be copied as a whole";
    assertThat(OURS.writeValueAsString(text)).isEqualTo('"' + text + '"');
    assertThat(OURS.<JsonNode>valueToTree(text).stringValue()).isEqualTo(text);
  }

  @Test
  void aTextIsReadAsJacksonReadsIt() {
    for (String text : texts()) {
      byte[] json = ('"' + text + '"').getBytes(UTF_8); // some of it must have been escaped
      assertThat(read(OURS, json)).isEqualTo(read(JACKSON, json));
      byte[] escaped = JACKSON.writeValueAsBytes(text.replaceAll("\\p{Cs}", "\ud83d\udc26"));
      assertThat(read(OURS, escaped)).isEqualTo(read(JACKSON, escaped));
    }
  }

  @Test
  void brokenBytesAreRefusedAsJacksonRefusesThem() {
    Random random = new Random(15);
    for (int i = 0; i < 5_000; i++) {
      byte[] json = ('"' + "z".repeat(random.nextInt(40)) + "\u00e9\u4e2d\"").getBytes(UTF_8);
      json[random.nextInt(json.length)] = (byte) random.nextInt(256);
      byte[] sent = random.nextInt(4) == 0 ? Arrays.copyOf(json, json.length - 1) : json;
      assertThat(read(OURS, sent)).isEqualTo(read(JACKSON, sent));
    }
  }

  @Test
  void allPartsOfAValueArriveAsTheyWereSent() {
    String text = "a plain text that is long enough to be copied as a whole";
    Parts parts = OURS.readValue(OURS.writeValueAsBytes(Parts.of(text)), Parts.class);
    assertThat(parts).usingRecursiveComparison().isEqualTo(Parts.of(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
  void theEncodingIsRecognized(String charset) {
    byte[] json = "[\"text\"]".getBytes(Charset.forName(charset));
    assertThat(OURS.readValue(json, String[].class)).containsExactly("text");
    byte[] marked = "\ufeff[\"text\"]".getBytes(Charset.forName(charset));
    assertThat(OURS.readValue(marked, String[].class)).containsExactly("text");
  }

  @Test
  void aByteOrderMarkIsSkipped() {
    assertThat(OURS.readValue("\ufeff[\"text\"]".getBytes(UTF_8), String[].class))
        .containsExactly("text");
  }

  @Test
  void tooLongATextIsRefused() {
    JsonMapper mapper =
        JsonMapper.builder(
                TextFactory.of(
                    JsonFactory.builder()
                        .streamReadConstraints(
                            StreamReadConstraints.builder().maxStringLength(100).build())))
            .build();
    byte[] longest = ('"' + "x".repeat(100) + '"').getBytes(UTF_8);
    assertThat(mapper.readValue(longest, String.class)).hasSize(100);
    byte[] tooLong = ('"' + "x".repeat(101) + '"').getBytes(UTF_8);
    assertThatThrownBy(() -> mapper.readValue(tooLong, String.class))
        .isInstanceOf(StreamConstraintsException.class);
  }

  @Test
  void itsOwnParserIsUsed() {
    assertThat(OURS.tokenStreamFactory()).isInstanceOf(TextFactory.class);
  }
}
