package io.gannet.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gannet.testkit.Hex;
import io.gannet.testkit.LeakDetection;
import io.gannet.transport.Codec;
import io.gannet.transport.DecodeException;
import io.gannet.transport.EncodeException;
import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.SkippedMessageException;
import io.gannet.transport.codec.Bytes;
import io.gannet.transport.codec.CodecHarness;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.DefaultByteBufHolder;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.DecoderResultProvider;
import io.netty.handler.codec.DelimiterBasedFrameDecoder;
import io.netty.handler.codec.FixedLengthFrameDecoder;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldPrepender;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.codec.MessageToByteEncoder;
import io.netty.handler.codec.MessageToMessageDecoder;
import io.netty.handler.codec.ReplayingDecoder;
import io.netty.handler.codec.string.LineEncoder;
import io.netty.handler.codec.string.StringDecoder;
import io.netty.handler.codec.string.StringEncoder;
import io.netty.util.AbstractReferenceCounted;
import io.netty.util.ReferenceCounted;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NettyCodecsTest {

  @AfterEach
  void nothingLeaks() {
    assertThat(LeakDetection.collect()).isEmpty();
  }

  private static ChannelHandler handlers(ChannelHandler... handlers) {
    return new ChannelInitializer<Channel>() {
      @Override
      protected void initChannel(Channel channel) {
        channel.pipeline().addLast(handlers);
      }
    };
  }

  private static CodecHarness<byte[]> lengthPrefixed() {
    return new CodecHarness<>(
        NettyCodecs.bytes(
                () -> new LengthFieldBasedFrameDecoder(1000, 0, 2, 0, 2),
                () -> new LengthFieldPrepender(2))
            .get());
  }

  private static Supplier<Codec<String>> lines() {
    return NettyCodecs.of(
        String.class,
        () -> handlers(new LineBasedFrameDecoder(100), new StringDecoder(StandardCharsets.UTF_8)),
        LineEncoder::new);
  }

  @Test
  void framesAreWhatTheNettyHandlersMakeOfThem() {
    try (CodecHarness<byte[]> harness = lengthPrefixed()) {
      assertThat(Hex.string(harness.encode(Bytes.utf8("ab")))).isEqualTo("00 02 61 62");
      assertThat(harness.feed(Hex.bytes("00 02 61 62 00 00 00 01 63 00")))
          .containsExactly(Bytes.utf8("ab"), Bytes.of(), Bytes.utf8("c"));
      assertThat(harness.unreadBytes()).isZero();
      assertThat(harness.bufferedBytes()).isEqualTo(1);
      assertThat(harness.feedByteByByte(Hex.bytes("02 64 65"))).containsExactly(Bytes.utf8("de"));
      assertThat(harness.bufferedBytes()).isZero();
    }
  }

  @Test
  void severalHandlersMakeOneDecoder() {
    try (CodecHarness<String> harness = new CodecHarness<>(lines().get())) {
      List<String> many = IntStream.range(0, 5_000).mapToObj(i -> "line " + i).toList();
      assertThat(harness.feed(harness.encodeAll(many))).isEqualTo(many);
    }
  }

  @Test
  void sessionsDoNotShareState() {
    Supplier<Codec<String>> lines = lines();
    try (CodecHarness<String> one = new CodecHarness<>(lines.get());
        CodecHarness<String> other = new CodecHarness<>(lines.get())) {
      assertThat(one.feed(Bytes.utf8("o"))).isEmpty();
      assertThat(other.feed(Bytes.utf8("t\n"))).containsExactly("t");
      assertThat(one.feed(Bytes.utf8("n\n"))).containsExactly("on");
    }
  }

  @Test
  void bytesHeldOfAnIncompleteMessageCountAndAreLimited() {
    Codec<byte[]> codec =
        NettyCodecs.bytes(
                () ->
                    new DelimiterBasedFrameDecoder(1 << 20, Unpooled.wrappedBuffer(Bytes.of('|'))),
                StringEncoder::new)
            .get();
    try (CodecHarness<byte[]> harness = new CodecHarness<>(codec, 100)) {
      assertThat(harness.feed(new byte[60])).isEmpty();
      assertThat(harness.bufferedBytes()).isEqualTo(60);
      assertThatThrownBy(() -> harness.feed(new byte[60]))
          .isInstanceOf(MessageTooLargeException.class);
    }
  }

  @Test
  void heldBytesAreCountedExactlyHoweverMessagesAreSplit() {
    try (CodecHarness<byte[]> harness = lengthPrefixed()) {
      byte[] wire =
          harness.encodeAll(List.of(new byte[10], new byte[300], new byte[0], new byte[7]));
      int[] ends = {12, 314, 316, 325};
      for (int i = 0; i < wire.length; i++) {
        harness.feed(wire[i]);
        int start = 0;
        for (int end : ends) {
          start = end <= i + 1 ? end : start;
        }
        assertThat(harness.bufferedBytes()).isEqualTo(i + 1 - start);
      }
    }
  }

  /** Discards a byte of 0, and keeps nothing. */
  private static final class KeepAlive extends ByteToMessageDecoder {
    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
      byte value = in.readByte();
      if (value != 0) {
        out.add("message " + value);
      }
    }
  }

  @Test
  void bytesThatADecoderDiscardsAreNotHeld() {
    try (CodecHarness<String> harness =
        new CodecHarness<>(
            NettyCodecs.of(String.class, KeepAlive::new, StringEncoder::new).get(), 10)) {
      for (int i = 0; i < 100; i++) {
        assertThat(harness.feed((byte) 0)).isEmpty();
      }
      assertThat(harness.bufferedBytes()).isZero();
      assertThat(harness.feed((byte) 1)).containsExactly("message 1");
    }
  }

  @Test
  void aDecoderThatHidesItsBufferIsChargedAllReceivedBytes() {
    Supplier<ChannelHandler> everyThird =
        () ->
            new MessageToMessageDecoder<ByteBuf>() {
              private int seen;

              @Override
              protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
                if (++seen % 3 == 0) {
                  out.add("third");
                }
              }
            };
    try (CodecHarness<String> harness =
        new CodecHarness<>(NettyCodecs.of(String.class, everyThird, StringEncoder::new).get())) {
      harness.feed(new byte[10]);
      harness.feed(new byte[5]);
      assertThat(harness.bufferedBytes()).isEqualTo(15);
      assertThat(harness.feed(new byte[1])).containsExactly("third");
      assertThat(harness.bufferedBytes()).isZero();
    }
  }

  /** Reads a length and a text, as a replaying decoder does. */
  private static final class Replaying extends ReplayingDecoder<Void> {
    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
      out.add(in.readCharSequence(in.readByte(), StandardCharsets.UTF_8).toString());
    }
  }

  @Test
  void aReplayingDecoderWorks() {
    try (CodecHarness<String> harness =
        new CodecHarness<>(
            NettyCodecs.of(String.class, Replaying::new, StringEncoder::new).get())) {
      assertThat(harness.feedByteByByte(Bytes.of(2, 'a', 'b', 0, 1, 'c')))
          .containsExactly("ab", "", "c");
      assertThat(harness.feed(Bytes.of(3, 'a'))).isEmpty();
      assertThat(harness.bufferedBytes()).isEqualTo(2);
    }
  }

  @Test
  void messagesBeforeAnErrorAreDelivered() {
    try (CodecHarness<String> harness = new CodecHarness<>(lines().get())) {
      assertThatThrownBy(() -> harness.feed(Bytes.utf8("one\ntwo\n" + "x".repeat(200) + "\n")))
          .isInstanceOf(MessageTooLargeException.class)
          .hasMessageContaining("frame length (200) exceeds the allowed maximum (100)");
      assertThat(harness.received).containsExactly("one", "two");
    }
  }

  @Test
  void anExceptionOfADecoderEndsTheSession() {
    record Case(Exception thrown, Class<? extends Throwable> expected) {}
    for (Case test :
        List.of(
            new Case(new CorruptedFrameException("bad\nforged"), CorruptedFrameException.class),
            new Case(new IllegalStateException("bad\nforged"), IllegalStateException.class),
            new Case(new IOException("bad\nforged"), IOException.class))) {
      Supplier<ChannelHandler> failing =
          () ->
              new ByteToMessageDecoder() {
                @Override
                protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
                    throws Exception {
                  throw test.thrown;
                }
              };
      try (CodecHarness<String> harness =
          new CodecHarness<>(NettyCodecs.of(String.class, failing, StringEncoder::new).get())) {
        for (int i = 0; i < 2; i++) {
          assertThatThrownBy(() -> harness.feed((byte) 1))
              .isInstanceOf(DecodeException.class)
              .hasMessageContaining("the Netty decoder failed")
              .hasMessageContaining("bad\\nforged")
              .hasCauseInstanceOf(test.expected);
        }
      }
    }
  }

  /** A message that contains its failure, as those of HTTP and MQTT do. */
  private static final class Failed implements DecoderResultProvider {
    @Override
    public DecoderResult decoderResult() {
      return DecoderResult.failure(new CorruptedFrameException("bad header"));
    }

    @Override
    public void setDecoderResult(DecoderResult result) {}
  }

  @Test
  void aMessageWithAFailedResultIsNotAMessage() {
    Supplier<ChannelHandler> decoder =
        () ->
            new MessageToMessageDecoder<ByteBuf>() {
              @Override
              protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
                out.add(new Failed());
              }
            };
    try (CodecHarness<Object> harness =
        new CodecHarness<>(NettyCodecs.of(Object.class, decoder, StringEncoder::new).get())) {
      assertThatThrownBy(() -> harness.feed((byte) 1))
          .isInstanceOf(DecodeException.class)
          .hasMessageContaining("bad header");
    }
  }

  @Test
  void aDecoderThatAnswersByItselfIsRefused() {
    Supplier<ChannelHandler> answering =
        () ->
            new ChannelInboundHandlerAdapter() {
              @Override
              public void channelRead(ChannelHandlerContext context, Object message) {
                context.writeAndFlush(message);
              }
            };
    try (CodecHarness<byte[]> harness =
        new CodecHarness<>(NettyCodecs.bytes(answering, StringEncoder::new).get())) {
      assertThatThrownBy(() -> harness.feed((byte) 1))
          .isInstanceOf(DecodeException.class)
          .hasMessageContaining("wrote to its channel");
    }
  }

  @Test
  void aDecoderThatClosesItsChannelEndsTheSession() {
    Supplier<ChannelHandler> closing =
        () ->
            new ByteToMessageDecoder() {
              @Override
              protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
                in.skipBytes(in.readableBytes());
                context.close();
              }
            };
    try (CodecHarness<byte[]> harness =
        new CodecHarness<>(NettyCodecs.bytes(closing, StringEncoder::new).get())) {
      assertThatThrownBy(() -> harness.feed((byte) 1))
          .isInstanceOf(DecodeException.class)
          .hasMessageContaining("closed its channel");
      assertThat(harness.encode(Bytes.utf8("last words"))).isEqualTo(Bytes.utf8("last words"));
    }
  }

  @Test
  void decodedMessagesAreReleasedAfterTheirConversion() {
    List<ReferenceCounted> emitted = new ArrayList<>();
    Supplier<Codec<String>> codec =
        NettyCodecs.of(
            () ->
                new FixedLengthFrameDecoder(2) {
                  @Override
                  protected Object decode(ChannelHandlerContext context, ByteBuf in)
                      throws Exception {
                    Object frame = super.decode(context, in);
                    if (!(frame instanceof ByteBuf bytes)) {
                      return null;
                    }
                    DefaultByteBufHolder holder =
                        new DefaultByteBufHolder(context.alloc().directBuffer().writeBytes(bytes));
                    bytes.release();
                    emitted.add(holder);
                    return holder;
                  }
                },
            StringEncoder::new,
            message -> ((DefaultByteBufHolder) message).content().toString(StandardCharsets.UTF_8),
            text -> text + "!");
    try (CodecHarness<String> harness = new CodecHarness<>(codec.get())) {
      assertThat(harness.feed(Bytes.utf8("abcde"))).containsExactly("ab", "cd");
      assertThat(harness.encode("x")).isEqualTo(Bytes.utf8("x!"));
    }
    assertThat(emitted).hasSize(2).allSatisfy(message -> assertThat(message.refCnt()).isZero());
  }

  @Test
  void undeliveredMessagesAreReleasedWithTheSession() {
    List<ByteBuf> emitted = new ArrayList<>();
    Supplier<Codec<byte[]>> codec =
        NettyCodecs.of(
            () ->
                new FixedLengthFrameDecoder(1) {
                  @Override
                  protected Object decode(ChannelHandlerContext context, ByteBuf in)
                      throws Exception {
                    Object frame = super.decode(context, in);
                    if (frame instanceof ByteBuf bytes) {
                      emitted.add(bytes);
                    }
                    return frame;
                  }
                },
            StringEncoder::new,
            message -> {
              throw new DecodeException("not this one");
            },
            message -> message);
    try (CodecHarness<byte[]> harness = new CodecHarness<>(codec.get())) {
      assertThatThrownBy(() -> harness.feed(new byte[5])).hasMessage("not this one");
    }
    assertThat(emitted).hasSize(5).allSatisfy(frame -> assertThat(frame.refCnt()).isZero());
  }

  @Test
  void aMessageMustNotCountReferences() {
    for (Class<?> type : List.of(ByteBuf.class, AbstractReferenceCounted.class)) {
      assertThatThrownBy(
              () -> NettyCodecs.of(type, () -> new FixedLengthFrameDecoder(1), StringEncoder::new))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(type.getSimpleName())
          .hasMessageContaining(
              type == ByteBuf.class
                  ? "use NettyCodecs.bytes"
                  : "use the method that takes a function");
    }
    try (CodecHarness<Object> harness =
        new CodecHarness<>(
            NettyCodecs.of(Object.class, () -> new FixedLengthFrameDecoder(1), StringEncoder::new)
                .get())) {
      assertThatThrownBy(() -> harness.feed((byte) 1))
          .isInstanceOf(DecodeException.class)
          .hasMessageContaining("reference-counted");
    }
  }

  @Test
  void aMessageOfAnotherTypeIsRefused() {
    try (CodecHarness<String> harness =
        new CodecHarness<>(
            NettyCodecs.of(String.class, () -> new FixedLengthFrameDecoder(1), StringEncoder::new)
                .get())) {
      assertThatThrownBy(() -> harness.feed((byte) 1))
          .isInstanceOf(DecodeException.class)
          .hasMessageContaining("where java.lang.String was expected");
    }
  }

  /** Writes numbers in pieces, and some not at all. */
  private static final class Numbers extends MessageToByteEncoder<Integer> {
    @Override
    protected void encode(ChannelHandlerContext context, Integer number, ByteBuf out)
        throws IOException {
      if (number < 0) {
        out.writeInt(number);
        throw new IOException("negative");
      }
      out.writeInt(number);
    }
  }

  @Test
  void anExceptionOfAnEncoderReachesTheSenderAndTheNextMessageIsSent() {
    try (CodecHarness<Integer> harness =
        new CodecHarness<>(
            NettyCodecs.of(Integer.class, () -> new FixedLengthFrameDecoder(4), Numbers::new)
                .get())) {
      assertThatThrownBy(() -> harness.encode(-1))
          .isInstanceOf(EncodeException.class)
          .hasMessageContaining("negative")
          .hasCauseInstanceOf(IOException.class);
      assertThat(harness.encode(1)).isEqualTo(Bytes.of(0, 0, 0, 1));
    }
  }

  @Test
  void anEncoderThatDoesNotTakeTheTypeIsAnError() {
    try (CodecHarness<String> harness =
        new CodecHarness<>(
            NettyCodecs.of(String.class, () -> new FixedLengthFrameDecoder(4), Numbers::new)
                .get())) {
      assertThatThrownBy(() -> harness.encode("x"))
          .isInstanceOf(EncodeException.class)
          .hasMessageContaining("check the message type that it accepts");
    }
  }

  @Test
  void aCompleteMessageOverTheLimitIsRefusedAfterTheEarlierOnes() {
    Codec<byte[]> codec =
        NettyCodecs.bytes(
                () -> new LengthFieldBasedFrameDecoder(1000, 0, 2, 0, 2),
                () -> new LengthFieldPrepender(2))
            .get();
    try (CodecHarness<byte[]> harness = new CodecHarness<>(codec, 10)) {
      assertThat(harness.feed(Hex.bytes("00 08 01 02 03 04 05 06 07 08 00 01 09 00 00 00")))
          .hasSize(3);
      assertThatThrownBy(
              () -> harness.feed(Hex.bytes("01 0A 00 09 01 02 03 04 05 06 07 08 09 00 01 0B")))
          .isInstanceOf(MessageTooLargeException.class)
          .hasMessageContaining("message of 11 bytes or more is over the limit of 10 bytes");
      assertThat(harness.received).hasSize(4).last().isEqualTo(Bytes.of(0x0A));
    }
  }

  /** Emits all messages together, so that the size of each is unknown. */
  private static final class AllAtOnce extends ByteToMessageDecoder {

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
      while (in.isReadable()) {
        out.add(in.readRetainedSlice(1));
      }
    }
  }

  @Test
  void manySmallMessagesOfOneReadAreNotCountedAsALargeOne() {
    Codec<byte[]> codec =
        NettyCodecs.bytes(AllAtOnce::new, () -> new LengthFieldPrepender(2)).get();
    try (CodecHarness<byte[]> harness = new CodecHarness<>(codec, 10)) {
      assertThat(harness.feed(new byte[100])).hasSize(100);
    }
  }

  @Test
  void aMessageOverTheLimitIsRefusedAndLeavesNothingBehind() {
    Codec<byte[]> codec =
        NettyCodecs.bytes(() -> new FixedLengthFrameDecoder(4), () -> new LengthFieldPrepender(4))
            .get();
    try (CodecHarness<byte[]> harness = new CodecHarness<>(codec, 10)) {
      assertThatThrownBy(() -> harness.encode(new byte[7]))
          .isInstanceOf(MessageTooLargeException.class);
      assertThat(harness.encode(new byte[6])).hasSize(10);
    }
  }

  @Test
  void aDecoderThatThrowsAtTheEndOfAClosedSessionIsIgnored() {
    Supplier<ChannelHandler> strict =
        () ->
            new FixedLengthFrameDecoder(4) {
              @Override
              protected void decodeLast(
                  ChannelHandlerContext context, ByteBuf in, List<Object> out) {
                throw new CorruptedFrameException(ByteBufUtil.hexDump(in));
              }
            };
    try (CodecHarness<byte[]> harness =
        new CodecHarness<>(NettyCodecs.bytes(strict, StringEncoder::new).get())) {
      harness.feed(new byte[3]);
    }
  }

  @Test
  void aSkippedMessageInTheMiddleOfAReadIsNoEnd() {
    Supplier<Codec<String>> codec =
        NettyCodecs.of(
            () ->
                handlers(new LineBasedFrameDecoder(100), new StringDecoder(StandardCharsets.UTF_8)),
            LineEncoder::new,
            line -> {
              if (line.equals("bad")) {
                throw new SkippedMessageException("a bad line");
              }
              return (String) line;
            },
            line -> line);
    try (CodecHarness<String> harness = new CodecHarness<>(codec.get())) {
      assertThat(harness.feed(Bytes.utf8("one\nbad\ntwo\nbad\n"))).containsExactly("one", "two");
      assertThat(harness.skipped).hasSize(2);
    }
  }

  @Test
  void failedWritesOfAnEncoderAreReported() {
    Supplier<ChannelHandler> careless =
        () ->
            new ChannelOutboundHandlerAdapter() {
              @Override
              public void write(
                  ChannelHandlerContext context, Object message, ChannelPromise promise) {
                context.write(Unpooled.wrappedBuffer(new byte[20]));
                promise.setSuccess();
              }
            };
    Codec<String> codec =
        NettyCodecs.of(String.class, () -> new FixedLengthFrameDecoder(4), careless).get();
    try (CodecHarness<String> harness = new CodecHarness<>(codec, 10)) {
      assertThatThrownBy(() -> harness.encode("x")).isInstanceOf(MessageTooLargeException.class);
    }
  }

  @Test
  void aHandlerThatSendsIsRefusedInsteadOfDeadlocking() {
    List<CodecHarness<String>> self = new ArrayList<>();
    Supplier<Codec<String>> codec =
        NettyCodecs.of(
            () -> new StringDecoder(StandardCharsets.UTF_8),
            StringEncoder::new,
            message -> {
              self.get(0).encode("answer");
              return (String) message;
            },
            message -> message);
    try (CodecHarness<String> harness = new CodecHarness<>(codec.get())) {
      self.add(harness);
      assertThatThrownBy(() -> harness.feed((byte) 1))
          .hasMessageContaining("must not send: send from the listener");
    }
  }
}
