package io.gannet.fuzz.targets;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.examples.echo.EchoHeader;
import io.gannet.examples.echo.EchoPacket;
import io.gannet.examples.echo.GettyEchoCodec;
import io.gannet.fuzz.harness.CodecTarget;
import io.gannet.fuzz.harness.Connection;
import io.gannet.fuzz.harness.Finding;
import io.gannet.fuzz.harness.Input;
import io.gannet.fuzz.harness.Splits;
import io.gannet.fuzz.harness.Target;
import io.gannet.rpc.internal.wire.getty.GettyWire;
import io.gannet.transport.Codec;
import io.gannet.transport.Compression;
import io.gannet.transport.codec.Bodies;
import io.gannet.transport.codec.Codecs;
import io.gannet.transport.codec.LengthPrefix;
import io.gannet.transport.internal.compression.CompressionLayer;
import io.gannet.transport.internal.session.Layer;
import io.gannet.transport.json.JsonCodecs;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * The session's work around codecs: incomplete messages, errors, and the end; also with getty's
 * compression.
 */
public final class SessionTarget implements Target {

  private static final int LIMIT = 300;
  private static final List<Layer> PLAIN = List.of();
  private static final List<Layer> DEFLATE = List.of(new CompressionLayer(Compression.deflate()));
  private static final List<Layer> SNAPPY = List.of(new CompressionLayer(Compression.snappy()));
  private static final List<List<Layer>> LAYERS = List.of(PLAIN, DEFLATE, SNAPPY);

  @Override
  public String name() {
    return "session";
  }

  @Override
  public String description() {
    return "whole sessions, plain and behind getty's compression";
  }

  @Override
  public int maxLength() {
    return 200;
  }

  @Override
  public List<String> instrumented() {
    return List.of("io.gannet.transport.internal.session.MessageDecoder");
  }

  @Override
  public List<byte[]> seeds() {
    byte[] echoes =
        CodecTarget.encoded(
            GettyEchoCodec.INSTANCE,
            new EchoPacket(new EchoHeader(1, 2, 3, 1, 5), "hello".getBytes(UTF_8)),
            new EchoPacket(new EchoHeader(0, 3, 0, 0, 0), new byte[0]));
    return List.of(
        Input.of(new int[] {0, 0, 3, 0}, "one\ntwo\n\u00fc\n\n three".getBytes(UTF_8)),
        Input.of(new int[] {1, 0, 0, 0}, new byte[] {0, 1, 'a', 0, 0, 0, 2, 'b', 'c', 0, 9, 'd'}),
        Input.of(new int[] {2, 0, 2, 0}, "{\"a\":1}\nx\n[2]\n".getBytes(UTF_8)),
        Input.of(new int[] {3, 0, 2, 0}, echoes),
        Input.of(new int[] {3, 1, 2, 0}, echoes),
        Input.of(new int[] {3, 2, 2, 0}, echoes),
        Input.of(new int[] {4, 1, 2, 0}, new byte[] {5, 9, 0x16, 0x20, 1, 0}));
  }

  @Override
  public void run(byte[] bytes) {
    Input input = new Input(bytes);
    int kind = input.choice(5);
    List<Layer> layers = LAYERS.get(input.choice(LAYERS.size()));
    int cut = input.choice();
    int wrong = input.choice();
    byte[] rest = input.rest();
    switch (kind) {
      case 0 -> check(Codecs.lines(), Codecs.lines(), layers, cut, wrong, rest);
      case 1 -> {
        Codec<byte[]> codec = Codecs.lengthPrefixed(LengthPrefix.uint16(), Bodies.bytes());
        check(codec, codec, layers, cut, wrong, rest);
      }
      case 2 -> {
        Codec<JsonNode> codec = JsonCodecs.lines(JsonNode.class);
        check(codec, codec, layers, cut, wrong, rest);
      }
      case 3 -> check(GettyEchoCodec.INSTANCE, GettyEchoCodec.INSTANCE, layers, cut, wrong, rest);
      default -> {
        GettyWire wire = new GettyWire(16);
        check(wire.newCodec(), wire.newCodec(), layers, cut, wrong, rest);
      }
    }
  }

  /**
   * Checks a codec. The plain input is compressed first; {@code wrong} corrupts one compressed
   * byte.
   */
  private static <M> void check(
      Codec<M> one, Codec<M> other, List<Layer> layers, int cut, int wrong, byte[] plain) {
    byte[] bytes = layers.isEmpty() ? plain : compressed(layers, plain);
    boolean spoiled = wrong != 0 && !layers.isEmpty() && wrong < bytes.length;
    if (spoiled) {
      bytes[wrong] ^= (byte) (wrong * 7);
    }
    List<Object> whole;
    try (Connection<M> connection =
        new Connection<>(one, LIMIT, layers, SessionTarget::comparable)) {
      connection.feed(bytes);
      connection.end();
      whole = connection.events();
    }
    try (Connection<M> connection =
        new Connection<>(other, LIMIT, layers, SessionTarget::comparable)) {
      connection.feed(bytes, new Splits(cut));
      connection.end();
      List<Object> pieces = connection.events();
      if (spoiled) { // an unknown part of the earlier input was delivered
        Finding.unless(
            isWhole(whole) == isWhole(pieces), "%s and %s", whole.getLast(), pieces.getLast());
      } else {
        Finding.unlessSame("results of whole and of split bytes", whole, pieces);
      }
    }
  }

  private static boolean isWhole(List<Object> events) {
    return events.getLast().toString().startsWith("PEER_CLOSED");
  }

  private static Object comparable(Object message) {
    return message instanceof byte[] || message instanceof JsonNode || message instanceof String
        ? CodecTarget.comparable(message)
        : message.getClass();
  }

  private static byte[] compressed(List<Layer> layers, byte[] plain) {
    try (Connection<byte[]> connection =
        new Connection<>(Codecs.raw(), 1 << 20, layers, Arrays::hashCode)) {
      if (connection.session() != null && plain.length > 0) {
        connection.session().send(plain);
      }
      connection.flush();
      return connection.sent();
    }
  }
}
