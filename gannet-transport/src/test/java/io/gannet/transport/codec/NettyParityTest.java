package io.gannet.transport.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.transport.DecodeException;
import io.gannet.transport.MessageTooLargeException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.TooLongFrameException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Frames end where Netty's decoder with the same arguments ends them. */
class NettyParityTest {

  private static final int LIMIT = 300;

  /** The frames of some bytes, and the error that ended them. */
  private record Outcome(List<String> frames, String end) {}

  @Test
  void framesEndWhereNettysDecodersEndThem() {
    Random random = new Random(20250101);
    int corrupted = 0;
    int tooLarge = 0;
    int frames = 0;
    int early = 0;
    for (LengthPrefix.Field field : LengthPrefix.Field.values()) {
      if (field == LengthPrefix.Field.VARINT) {
        continue;
      }
      for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
        for (int offset : new int[] {0, 1, 2, 7}) {
          for (int adjustment : new int[] {-field.size() - offset, -3, 0, 1, 5}) {
            for (int strip : new int[] {0, 1, offset + field.size(), offset + field.size() + 2}) {
              LengthPrefix prefix = new LengthPrefix(field, order, offset, adjustment, strip);
              for (int run = 0; run < 8; run++) {
                byte[] wire = wire(prefix, random);
                Outcome expected = netty(prefix, wire);
                Outcome actual = gannet(prefix, wire);
                if (!actual.equals(expected)) {
                  // Netty rejects a frame that is too short only once the whole frame has arrived.
                  expected = netty(prefix, Bytes.join(wire, new byte[strip]));
                  early++;
                }
                assertThat(actual)
                    .as("%s %s", prefix, ByteBufUtil.hexDump(wire))
                    .isEqualTo(expected);
                frames += expected.frames.size();
                corrupted += expected.end.equals("corrupted") ? 1 : 0;
                tooLarge += expected.end.equals("too large") ? 1 : 0;
              }
            }
          }
        }
      }
    }
    // Otherwise the comparison above shows little.
    assertThat(frames).isGreaterThan(5_000);
    assertThat(corrupted).isGreaterThan(500);
    assertThat(tooLarge).isGreaterThan(500);
    assertThat(early).isLessThan(100);
  }

  /** Some frames with random headers, most of whose lengths are right or nearly so. */
  private static byte[] wire(LengthPrefix prefix, Random random) {
    ByteBuf wire = Unpooled.buffer();
    int header = prefix.offset() + prefix.field().size();
    for (int i = random.nextInt(6); i >= 0; i--) {
      int behind = random.nextInt(20);
      long length = (long) behind - prefix.adjustment();
      length =
          switch (random.nextInt(12)) {
            case 0 -> random.nextInt(4);
            case 1 -> random.nextInt(LIMIT * 2);
            default -> Math.max(length, 0);
          };
      byte[] frame = Bytes.random(random, header + behind);
      for (int b = 0; b < prefix.field().size(); b++) {
        int at = prefix.order() == ByteOrder.LITTLE_ENDIAN ? b : prefix.field().size() - 1 - b;
        frame[prefix.offset() + at] = (byte) (length >>> (8 * b));
      }
      wire.writeBytes(frame);
    }
    return ByteBufUtil.getBytes(wire);
  }

  private static Outcome gannet(LengthPrefix prefix, byte[] wire) {
    try (CodecHarness<byte[]> harness =
        new CodecHarness<>(Codecs.lengthPrefixed(prefix, Bodies.bytes()), LIMIT)) {
      String end = "fine";
      try {
        harness.feed(wire);
      } catch (MessageTooLargeException e) {
        end = "too large";
      } catch (DecodeException e) {
        end = "corrupted";
      }
      return new Outcome(harness.received.stream().map(ByteBufUtil::hexDump).toList(), end);
    }
  }

  private static Outcome netty(LengthPrefix prefix, byte[] wire) {
    EmbeddedChannel channel =
        new EmbeddedChannel(
            new LengthFieldBasedFrameDecoder(
                prefix.order(),
                LIMIT,
                prefix.offset(),
                prefix.field().size(),
                prefix.adjustment(),
                prefix.strip(),
                true));
    // Leak detection would take most of the time.
    channel.config().setAllocator(new UnpooledByteBufAllocator(false, true));
    String end = "fine";
    try {
      channel.writeInbound(Unpooled.wrappedBuffer(wire));
    } catch (TooLongFrameException e) {
      end = "too large";
    } catch (CorruptedFrameException e) {
      // Netty reads eight bytes as a signed number.
      boolean negative = String.valueOf(e.getMessage()).startsWith("negative pre-adjustment");
      end = negative ? "too large" : "corrupted";
    }
    List<String> frames = new ArrayList<>();
    for (ByteBuf frame = channel.readInbound(); frame != null; frame = channel.readInbound()) {
      frames.add(ByteBufUtil.hexDump(frame));
      frame.release();
    }
    try {
      channel.finishAndReleaseAll();
    } catch (DecoderException e) {
      // The rest is no complete frame.
    }
    return new Outcome(frames, end);
  }
}
