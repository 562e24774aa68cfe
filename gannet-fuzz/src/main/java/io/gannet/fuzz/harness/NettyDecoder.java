package io.gannet.fuzz.harness;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.CodecException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A decoder of Netty, for comparison. */
public final class NettyDecoder {

  private NettyDecoder() {}

  /** No header is longer, so Netty needs no more bytes before it rejects one. */
  private static final int LONGEST_HEADER = 32;

  /**
   * Compares our results with those of Netty's decoder for the same bytes: the messages up to our
   * end must be equal, and an error of Netty must be one of ours. If we report an error, Netty must
   * report it once the frame is complete, because we already reject invalid headers.
   *
   * @param ours messages as {@link ByteBuffer}s, and strings for errors
   * @param decoder Netty's decoder
   * @param bytes the input of both
   */
  public static void compare(List<Object> ours, ChannelHandler decoder, byte[] bytes) {
    boolean failed = isError(ours, messages(ours).size());
    byte[] given = failed ? Arrays.copyOf(bytes, bytes.length + LONGEST_HEADER) : bytes;
    boolean nettyFailed = sameMessages(ours, decoder, given, failed);
    Finding.unless(
        failed == nettyFailed, nettyFailed ? "Netty fails, we don't" : "we fail, Netty doesn't");
  }

  /**
   * Compares only the messages up to our end, for {@code ProtobufVarint32FrameDecoder}: it has no
   * limit, and treats three last bytes as a whole length even if it continues (netty issue 17549).
   */
  public static void compareMessages(List<Object> ours, ChannelHandler decoder, byte[] bytes) {
    sameMessages(ours, decoder, bytes, ours.size() > messages(ours).size());
  }

  /**
   * Returns whether Netty's decoder has failed.
   *
   * @param maybeMore whether Netty may have more messages
   */
  private static boolean sameMessages(
      List<Object> ours, ChannelHandler decoder, byte[] bytes, boolean maybeMore) {
    List<ByteBuffer> theirs = new ArrayList<>();
    boolean failed = decode(decoder, bytes, theirs);
    List<ByteBuffer> mine = messages(ours);
    if (maybeMore) {
      theirs = theirs.subList(0, Math.min(theirs.size(), mine.size()));
    }
    Finding.unlessSame("our messages and Netty's", mine, theirs);
    return failed;
  }

  private static List<ByteBuffer> messages(List<Object> ours) {
    return ours.stream()
        .takeWhile(ByteBuffer.class::isInstance)
        .map(ByteBuffer.class::cast)
        .toList();
  }

  /** Whether an error follows the messages, other than an end in the middle of a message. */
  private static boolean isError(List<Object> ours, int messages) {
    return ours.size() > messages && !ours.get(messages).toString().startsWith("ends");
  }

  /** Returns whether the decoder has failed. */
  private static boolean decode(ChannelHandler decoder, byte[] bytes, List<ByteBuffer> messages) {
    EmbeddedChannel channel = new EmbeddedChannel(decoder);
    boolean failed = false;
    try {
      channel.writeInbound(Unpooled.wrappedBuffer(bytes));
    } catch (CodecException e) {
      failed = true;
    }
    for (ByteBuf message = channel.readInbound();
        message != null;
        message = channel.readInbound()) {
      messages.add(ByteBuffer.wrap(ByteBufUtil.getBytes(message)));
      message.release();
    }
    try {
      channel.finishAndReleaseAll();
    } catch (CodecException e) {
      // The incomplete rest.
    }
    return failed;
  }
}
