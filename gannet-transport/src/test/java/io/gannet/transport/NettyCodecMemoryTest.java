package io.gannet.transport;

import static io.gannet.transport.Fixture.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.testkit.RawPeer;
import io.gannet.testkit.ResourceSnapshot;
import io.gannet.transport.codec.Bytes;
import io.gannet.transport.netty.NettyCodecs;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.ByteToMessageCodec;
import io.netty.handler.codec.FixedLengthFrameDecoder;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldPrepender;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The memory that the adapter retains after messages have been decoded. */
class NettyCodecMemoryTest {

  private static final int MIB = 1 << 20;

  /** The size of a frame with its length of four bytes. */
  private static final int FRAME = 1_000;

  private static final int FRAMES = 64_000;

  /** Decodes frames in a duplex handler, whose decoder isn't visible. */
  private static final class DuplexFrames extends ByteToMessageCodec<byte[]> {

    @Override
    protected void encode(ChannelHandlerContext context, byte[] message, ByteBuf out) {
      out.writeInt(message.length).writeBytes(message);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
      if (in.readableBytes() >= 4 && in.readableBytes() >= 4 + in.getInt(in.readerIndex())) {
        out.add(in.readRetainedSlice(in.readInt()));
      }
    }
  }

  static Stream<Named<Supplier<Codec<byte[]>>>> codecs() {
    return Stream.of(
        Named.of("the guide's example", framesOf(65_536)),
        Named.of(
            "two decoders in a row",
            NettyCodecs.bytes(
                () ->
                    new ChannelInitializer<Channel>() {
                      @Override
                      protected void initChannel(Channel channel) {
                        channel
                            .pipeline()
                            .addLast(
                                new FixedLengthFrameDecoder(10),
                                new LengthFieldBasedFrameDecoder(65_536, 0, 4, 0, 4));
                      }
                    },
                () -> new LengthFieldPrepender(4))),
        Named.of(
            "a decoder that nobody sees",
            NettyCodecs.of(
                DuplexFrames::new,
                frame -> ByteBufUtil.getBytes((ByteBuf) frame),
                message -> message)));
  }

  private static Supplier<Codec<byte[]>> framesOf(int maxLength) {
    return NettyCodecs.bytes(
        () -> new LengthFieldBasedFrameDecoder(maxLength, 0, 4, 0, 4),
        () -> new LengthFieldPrepender(4));
  }

  @RegisterExtension final Fixture fixture = new Fixture();

  private final LongAdder messages = new LongAdder();

  private Server<byte[]> start(Supplier<Codec<byte[]>> codec) {
    return fixture.start(
        Server.tcp("127.0.0.1", 0)
            .codecPerSession(codec)
            .onMessage((session, message) -> messages.increment()));
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void readsThatEndInsideAMessageHoldOnlyThatMessage(Supplier<Codec<byte[]>> codec) {
    RawPeer peer = fixture.connect(start(codec));
    byte[] frames = new byte[64 * FRAME];
    for (int i = 0; i < frames.length; i += FRAME) {
      // The last byte of a length, a body, and the length of the next frame without its last byte.
      ByteBuffer.wrap(frames)
          .put(i, (byte) (FRAME - 4))
          .put(i + FRAME - 1, (byte) ((FRAME - 4) >> 8));
    }
    peer.write(Bytes.of(0, 0, (FRAME - 4) >> 8));
    ResourceSnapshot before = ResourceSnapshot.take();
    for (int i = 0; i < FRAMES / 64; i++) {
      peer.write(frames);
    }
    await().atMost(SOON).untilAsserted(() -> assertThat(messages.sum()).isEqualTo(FRAMES));
    assertThat(ResourceSnapshot.take().heapBytes() - before.heapBytes()).isLessThan(4 * MIB);
  }

  @Test
  void theFirstByteOfAMessageDoesNotKeepThePreviousBuffer() {
    Server<byte[]> server = start(framesOf(MIB));
    ResourceSnapshot before = ResourceSnapshot.take();
    List<RawPeer> peers = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      RawPeer peer = fixture.connect(server);
      peer.write(ByteBuffer.allocate(4 + MIB / 2 + 1).putInt(MIB / 2).array());
      peers.add(peer);
    }
    await().atMost(SOON).untilAsserted(() -> assertThat(messages.sum()).isEqualTo(50));
    assertThat(ResourceSnapshot.take().heapBytes() - before.heapBytes()).isLessThan(4 * MIB);
    assertThat(peers).hasSize(50);
  }
}
