package io.gannet.fuzz.targets;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.fuzz.harness.CodecTarget;
import io.gannet.fuzz.harness.CodecTarget.Subject;
import io.gannet.fuzz.harness.Input;
import io.gannet.fuzz.harness.Target;
import io.gannet.transport.Codec;
import io.gannet.transport.codec.Codecs;
import io.gannet.transport.codec.LengthPrefix;
import io.gannet.transport.json.JsonCodecs;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** {@link JsonCodecs}, for any value and for a user's type. */
public final class JsonTarget implements Target {

  /** A typical message. */
  public record Order(
      long id,
      @Nullable String text,
      double price,
      @Nullable List<String> tags,
      @Nullable Map<String, Integer> counts) {}

  @Override
  public String name() {
    return "json";
  }

  @Override
  public String description() {
    return "JSON, one value a line or behind its length";
  }

  @Override
  public List<String> instrumented() {
    return List.of(
        "io.gannet.transport.internal.codec.**",
        "io.gannet.transport.internal.json.**",
        "tools.jackson.core.json.UTF8StreamJsonParser",
        "tools.jackson.core.json.ByteSourceJsonBootstrapper");
  }

  @Override
  public List<byte[]> seeds() {
    return List.of(
        seed(0, "{\"a\":[1,-2.5e3,true,null,\"\\u00fc\\n\"]}\n\n[]\n\"text\"\n"),
        seed(0, "1e400\n12345678901234567890\n0.1\n-0.0\n"),
        seed(0, "[[[[[[]]]]]]\nnull\nx\n"),
        seed(1, "\7{\"a\":1}\4true"),
        seed(2, "{\"id\":1,\"text\":\"t\",\"price\":1.5,\"tags\":[\"a\"],\"counts\":{\"b\":2}}\n"),
        seed(2, "{\"id\":\"1\",\"price\":\"NaN\",\"tags\":null}\n{\"id\":1e3}\n"));
  }

  private static byte[] seed(int kind, String text) {
    return Input.of(new int[] {kind, 3, 0}, text.getBytes(UTF_8));
  }

  @Override
  public void run(byte[] bytes) {
    Input input = new Input(bytes);
    switch (input.choice(3)) {
      case 0 -> CodecTarget.check(anything(() -> JsonCodecs.lines(JsonNode.class)), input);
      case 1 ->
          CodecTarget.check(
              anything(() ->
                  Codecs.lengthPrefixed(LengthPrefix.varint(), JsonCodecs.body(JsonNode.class))),
              input);
      default -> CodecTarget.check(Subject.of(() -> JsonCodecs.lines(Order.class)), input);
    }
  }

  /**
   * Compares values as text, because Jackson reads 1e400 as a number that it writes as "Infinity".
   */
  private static Subject<JsonNode> anything(Supplier<Codec<JsonNode>> codec) {
    return new Subject<>(codec, JsonNode::toString, true);
  }
}
