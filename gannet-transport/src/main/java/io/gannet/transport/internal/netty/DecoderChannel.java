package io.gannet.transport.internal.netty;

import io.gannet.transport.ReadBuffer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/** A Netty decoder in a pipeline of its own, and what it holds of an unfinished message. */
final class DecoderChannel {

  /**
   * Not pooled, because a pool uses its buffer objects again: then one can't tell whether the decoder
   * still has what it had. On the heap, because then no handler can leak memory.
   */
  private static final ByteBufAllocator ALLOCATOR = new UnpooledByteBufAllocator(false);

  private final EmbeddedChannel channel;

  /** What a {@link ByteToMessageDecoder} has collected and not decoded yet; may have been released. */
  private ByteBuf cumulation = Unpooled.EMPTY_BUFFER;

  private final boolean cumulationKnown;

  /** What was fed since the last message, for decoders that don't show what they hold. */
  private int fedSinceMessage;

  DecoderChannel(ChannelHandler decoder) {
    channel = new EmbeddedChannel(false, false, decoder);
    channel.config().setAllocator(ALLOCATOR);
    try {
      channel.register();
    } catch (Exception e) {
      throw new IllegalStateException("the Netty decoder can't be used: " + e, e);
    }
    ByteToMessageDecoder cumulating = channel.pipeline().get(ByteToMessageDecoder.class);
    cumulationKnown = cumulating != null;
    if (cumulating != null) {
      cumulating.setCumulator(this::cumulate);
    }
  }

  private ByteBuf cumulate(ByteBufAllocator alloc, ByteBuf collected, ByteBuf in) {
    cumulation = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(alloc, collected, in);
    return cumulation;
  }

  /**
   * Gives the decoder all bytes. What it throws passes through, after the messages that it has decoded
   * before have been queued.
   */
  void feed(ReadBuffer in) throws ClosedChannelException {
    if (!channel.isOpen()) {
      throw new ClosedChannelException();
    }
    int length = in.readableBytes();
    ByteBuf bytes = ALLOCATOR.heapBuffer(length, length);
    bytes.writeBytes(in.readByteBuffer(length));
    fedSinceMessage += length;
    if (channel.writeInbound(bytes)) {
      fedSinceMessage = 0;
    }
  }

  /** Returns the next decoded message, which the caller must release, or null. */
  @Nullable Object poll() {
    return channel.readInbound();
  }

  boolean hasMessages() {
    return !channel.inboundMessages().isEmpty();
  }

  /** Whether the decoder has tried to send something, which leads nowhere here. */
  boolean hasWritten() {
    return !channel.outboundMessages().isEmpty();
  }

  int unfinishedBytes() {
    if (!cumulationKnown) {
      return fedSinceMessage;
    }
    return cumulation.refCnt() > 0 ? cumulation.readableBytes() : 0;
  }

  void release() {
    EmbeddedChannels.release(channel);
  }
}
