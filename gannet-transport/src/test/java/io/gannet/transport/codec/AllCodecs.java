package io.gannet.transport.codec;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.gannet.transport.Codec;
import io.gannet.transport.json.JsonCodecs;
import io.gannet.transport.netty.NettyCodecs;
import io.gannet.transport.protobuf.ProtobufCodecs;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldPrepender;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.codec.string.LineEncoder;
import io.netty.handler.codec.string.LineSeparator;
import io.netty.handler.codec.string.StringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Every codec of this module, with messages that it can carry. */
final class AllCodecs {

  /** A codec of some kind. */
  record Sample<M>(String name, Supplier<Codec<M>> codec, Function<Random, M> message) {
    @Override
    public String toString() {
      return name;
    }
  }

  private AllCodecs() {}

  static List<Sample<?>> samples() {
    Function<Random, byte[]> bytes = random -> Bytes.random(random, size(random));
    return Stream.of(
            shared("lines", Codecs.lines(), AllCodecs::line),
            shared("lines latin1", Codecs.lines(StandardCharsets.ISO_8859_1), AllCodecs::latin1),
            prefixed("uint8", LengthPrefix.uint8()),
            prefixed("uint16", LengthPrefix.uint16()),
            prefixed("uint24 LE", LengthPrefix.uint24().withLittleEndian()),
            shared("uint32", Codecs.lengthPrefixed(), bytes),
            prefixed("uint32 total", LengthPrefix.uint32().withAdjustment(-4)),
            prefixed("uint64", LengthPrefix.uint64()),
            prefixed("varint", LengthPrefix.varint()),
            prefixed("varint behind", LengthPrefix.varint().withOffset(2)),
            prefixed("behind", LengthPrefix.uint16().withOffset(3).withAdjustment(2).withStrip(7)),
            shared(
                "delimited",
                Codecs.delimited(Bytes.utf8("\r\n\r\n"), Bodies.utf8()),
                AllCodecs::line),
            shared(
                "fixed", Codecs.fixedLength(7, Bodies.bytes()), random -> Bytes.random(random, 7)),
            shared(
                "UTF-8",
                Codecs.lengthPrefixed(LengthPrefix.uint32(), Bodies.utf8()),
                AllCodecs::text),
            shared("JSON", JsonCodecs.lines(JsonNode.class), random -> json(random, 3)),
            shared(
                "JSON behind varint",
                Codecs.lengthPrefixed(LengthPrefix.varint(), JsonCodecs.body(JsonNode.class)),
                random -> json(random, 3)),
            shared(
                "Protobuf",
                ProtobufCodecs.delimited(Struct.getDefaultInstance()),
                random -> struct(random, 3)),
            new Sample<>(
                "Netty length",
                NettyCodecs.bytes(
                    () -> new LengthFieldBasedFrameDecoder(1 << 20, 0, 2, 0, 2),
                    () -> new LengthFieldPrepender(2)),
                bytes),
            new Sample<>(
                "Netty lines",
                NettyCodecs.of(
                    String.class,
                    () ->
                        new ChannelInitializer<Channel>() {
                          @Override
                          protected void initChannel(Channel channel) {
                            channel
                                .pipeline()
                                .addLast(new LineBasedFrameDecoder(1 << 20))
                                .addLast(new StringDecoder(StandardCharsets.UTF_8));
                          }
                        },
                    () -> new LineEncoder(LineSeparator.UNIX, StandardCharsets.UTF_8)),
                AllCodecs::line))
        .collect(Collectors.toList());
  }

  private static <M> Sample<M> shared(String name, Codec<M> codec, Function<Random, M> message) {
    return new Sample<>(name, () -> codec, message);
  }

  private static Sample<byte[]> prefixed(String name, LengthPrefix prefix) {
    return shared(
        name,
        Codecs.lengthPrefixed(prefix, Bodies.bytes()),
        random -> Bytes.random(random, Math.min(size(random), 255)));
  }

  /** Mostly small numbers, sometimes large ones. */
  private static int size(Random random) {
    return random.nextInt(20) == 0 ? random.nextInt(5_000) : random.nextInt(40);
  }

  private static String text(Random random) {
    return text(random, size(random));
  }

  private static String name(Random random) {
    return text(random, random.nextInt(10));
  }

  private static String text(Random random, int length) {
    return random
        .ints(length, 0, 0x3000)
        .mapToObj(character -> Character.toString(character < 0x2000 ? character : character * 11))
        .filter(character -> !Character.isSurrogate(character.charAt(0)) || character.length() == 2)
        .collect(Collectors.joining());
  }

  private static String line(Random random) {
    return text(random).replace('\n', ' ').replace('\r', ' ');
  }

  private static String latin1(Random random) {
    String text = new String(Bytes.random(random, size(random)), StandardCharsets.ISO_8859_1);
    return text.replace('\n', ' ').replace('\r', ' ');
  }

  private static JsonNode json(Random random, int depth) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return switch (random.nextInt(depth > 0 ? 6 : 4)) {
      case 0 -> nodes.numberNode(random.nextInt());
      case 1 -> nodes.booleanNode(random.nextBoolean());
      case 2 -> nodes.stringNode(text(random));
      case 3 -> nodes.nullNode();
      case 4 -> {
        var array = nodes.arrayNode();
        random.ints(4).forEach(i -> array.add(json(random, depth - 1)));
        yield array;
      }
      default -> {
        var object = nodes.objectNode();
        random.ints(4).forEach(i -> object.set(name(random), json(random, depth - 1)));
        yield object;
      }
    };
  }

  private static Struct struct(Random random, int depth) {
    Struct.Builder struct = Struct.newBuilder();
    for (int i = random.nextInt(4); i > 0; i--) {
      Value.Builder value = Value.newBuilder();
      switch (random.nextInt(depth > 0 ? 4 : 3)) {
        case 0 -> value.setNumberValue(random.nextDouble());
        case 1 -> value.setBoolValue(random.nextBoolean());
        case 2 -> value.setStringValue(text(random));
        default -> value.setStructValue(struct(random, depth - 1));
      }
      struct.putFields(name(random), value.build());
    }
    return struct.build();
  }

  /** Converts messages that are arrays to comparable values. */
  static Object comparable(Object message) {
    return message instanceof byte[] bytes ? Arrays.toString(bytes) : message;
  }
}
