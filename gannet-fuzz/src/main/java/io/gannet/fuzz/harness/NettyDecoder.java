package io.gannet.fuzz.harness;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.CodecException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A decoder of Netty's, to compare with. */
public final class NettyDecoder {

  private NettyDecoder() {}

  /**
   * Compares what came of bytes with what Netty makes of them: the same messages as far as we have come,
   * and no error of Netty's where we have none.
   *
   * @param ours messages as {@link ByteBuffer}s, and strings for errors
   * @param decoder Netty's
   * @param bytes what both were given
   */
  public static void compare(List<Object> ours, ChannelHandler decoder, byte[] bytes) {
    boolean failed = sameMessages(ours, decoder, bytes);
    Finding.unless(isError(ours, messages(ours).size()) || !failed, "Netty fails, we don't");
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
