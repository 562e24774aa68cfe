package io.gannet.fuzz.targets;

import io.gannet.fuzz.harness.CodecTarget;
import io.gannet.fuzz.harness.CodecTarget.Subject;
import io.gannet.fuzz.harness.Finding;
import io.gannet.fuzz.harness.Input;
import io.gannet.fuzz.harness.NettyDecoder;
import io.gannet.fuzz.harness.Target;
import io.gannet.transport.codec.Bodies;
import io.gannet.transport.codec.Codecs;
import io.gannet.transport.codec.LengthPrefix;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.protobuf.ProtobufVarint32FrameDecoder;
import java.nio.ByteOrder;
import java.util.List;

/** {@link Codecs#lengthPrefixed} with all kinds of prefixes, compared with Netty's decoders. */
public final class LengthPrefixedTarget implements Target {

  private static final List<LengthPrefix> FIELDS =
      List.of(
          LengthPrefix.uint8(),
          LengthPrefix.uint16(),
          LengthPrefix.uint24(),
          LengthPrefix.uint32(),
          LengthPrefix.uint64(),
          LengthPrefix.varint());
  private static final int VARINT = 5;
  private static final int MOST_OFFSET = 4;
  private static final int MOST_ADJUSTMENT = 8;
  private static final int MOST_STRIP = 12;

  @Override
  public String name() {
    return "length-prefixed";
  }

  @Override
  public String description() {
    return "messages behind their length, of every kind";
  }

  @Override
  public List<String> instrumented() {
    return CodecTarget.INSTRUMENTED;
  }

  @Override
  public List<byte[]> seeds() {
    return List.of(
        seed(0, 0, 0, 8, 0, 3, 'a', 'b', 'c', 0, 1, 'd', 5, 'e'),
        seed(1, 0, 0, 8, 0, 0, 3, 'a', 'b', 'c', 0, 0, 0, 1, 'd', 0),
        seed(2, 1, 0, 8, 0, 3, 0, 0, 'a', 'b', 'c', 1, 0, 0, 'd', 0, 0, 0),
        seed(3, 0, 0, 4, 0, 0, 0, 0, 7, 'a', 'b', 'c', 0, 0, 0, 4, 0, 0, 0, 9),
        seed(4, 1, 2, 8, 2, 'x', 'y', 3, 0, 0, 0, 0, 0, 0, 0, 'a', 'b', 'c'),
        seed(5, 0, 0, 8, 0, 3, 'a', 'b', 'c', 0x81, 0, 'd', 0xff, 0xff, 0xff, 0xff, 0x0f),
        seed(5, 0, 2, 8, 0, 'x', 'y', 3, 'a', 'b', 'c', 'x', 'y', 0));
  }

  private static byte[] seed(
      int field, int order, int offset, int adjustment, int strip, int... bytes) {
    byte[] rest = Input.of(bytes, new byte[0]);
    return Input.of(new int[] {field, order, offset, adjustment, strip, 1, 0}, rest);
  }

  @Override
  public void run(byte[] bytes) {
    Input input = new Input(bytes);
    int field = input.choice(FIELDS.size());
    boolean little = input.choice(2) == 1;
    int offset = input.choice(MOST_OFFSET + 1);
    int adjustment = input.choice(2 * MOST_ADJUSTMENT + 1) - MOST_ADJUSTMENT;
    int strip = input.choice(MOST_STRIP + 1);
    LengthPrefix prefix = FIELDS.get(field).withOffset(offset).withAdjustment(adjustment);
    if (field != VARINT) {
      prefix = (little ? prefix.withLittleEndian() : prefix).withStrip(strip);
    }
    int cut = input.choice();
    int limit = CodecTarget.limit(input);
    byte[] rest = input.rest();
    LengthPrefix chosen = prefix;
    List<Object> ours =
        CodecTarget.check(
            Subject.of(() -> Codecs.lengthPrefixed(chosen, Bodies.bytes())), limit, cut, rest);
    if (field != VARINT) {
      ByteOrder order = little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
      NettyDecoder.compare(
          ours,
          new LengthFieldBasedFrameDecoder(
              order, limit, offset, FIELDS.get(field).field().size(), adjustment, strip, true),
          rest);
    } else if (offset == 0 && adjustment == 0) {
      NettyDecoder.compareMessages(ours, new ProtobufVarint32FrameDecoder(), rest);
    }
    Finding.unless(ours.size() <= rest.length + 2, "more messages than bytes");
  }
}
