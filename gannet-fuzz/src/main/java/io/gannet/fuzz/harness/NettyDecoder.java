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

/** A decoder of Netty's, to compare with. */
public final class NettyDecoder {

  private NettyDecoder() {}

  /** No header is longer, and so nothing that Netty awaits before it refuses one. */
  private static final int LONGEST_HEADER = 32;

  /**
   * Compares what came of bytes with what Netty makes of them: the same messages as far as we have come,
   * and an error where Netty has one. Where we have one, Netty has it at the latest when the frame is
   * whole: we refuse by the header, before the rest has come.
   *
   * @param ours messages as {@link ByteBuffer}s, and strings for errors
   * @param decoder Netty's
   * @param bytes what both were given
   */
  public static void compare(List<Object> ours, ChannelHandler decoder, byte[] bytes) {
    boolean failed = isError(ours, messages(ours).size());
    byte[] given = failed ? Arrays.copyOf(bytes, bytes.length + LONGEST_HEADER) : bytes;
    boolean nettyFailed = sameMessages(ours, decoder, given);
    Finding.unless(
        failed == nettyFailed, nettyFailed ? "Netty fails, we don't" : "we fail, Netty doesn't");
  }

  /** The same for a decoder that knows no limit or not the same one: as far as we have come. */
  public static void compareMessages(List<Object> ours, ChannelHandler decoder, byte[] bytes) {
    sameMessages(ours, decoder, bytes);
  }

  /** Returns whether Netty's has failed. */
  private static boolean sameMessages(List<Object> ours, ChannelHandler decoder, byte[] bytes) {
    List<ByteBuffer> theirs = new ArrayList<>();
    boolean failed = decode(decoder, bytes, theirs);
    List<ByteBuffer> mine = messages(ours);
    if (isError(ours, mine.size())) {
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

  /** What stands behind the messages: an error that isn't only the end in the middle of one. */
  private static boolean isError(List<Object> ours, int messages) {
    return ours.size() > messages && !ours.get(messages).toString().startsWith("ends");
  }

  /** Returns whether it has failed. */
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
      // The rest.
    }
    return failed;
  }
}
