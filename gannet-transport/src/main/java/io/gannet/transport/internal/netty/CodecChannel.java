package io.gannet.transport.internal.netty;

import io.gannet.transport.EncodeException;
import io.gannet.transport.ReadBuffer;
import io.gannet.transport.WriteBuffer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The pipeline of a Netty decoder and encoder, with no connection at its end. Not thread-safe, as no
 * channel of Netty's is.
 *
 * <p>What the decoder emits is taken from it at once: as long as somebody has a slice of what it has
 * collected, it can't free the room of what it has decoded.
 */
final class CodecChannel extends EmbeddedChannel {

  private final End end;
  private final Emissions emitted;
  private final List<Cumulation> cumulations = new ArrayList<>(1);

  /** What was fed since the last message, for decoders that don't show what they hold. */
  private int fedSinceMessage;

  /** What was held before the read that is being decoded, and it. */
  private int given;

  /** How much of that the messages have used up which were emitted. */
  private int used;

  /** Takes each message that is decoded. */
  interface Emissions {

    /**
     * Takes a message, and releases it; must not throw.
     *
     * @param message the message
     * @param size what the decoder has used up for it and for those that follow with a size of 0; 0 as well if
     *     that isn't known
     */
    void emitted(Object message, int size);
  }

  /**
   * Creates a channel.
   *
   * @param handlers what to put into the pipeline
   * @param emitted takes each message that is decoded
   */
  CodecChannel(List<? extends ChannelHandler> handlers, Emissions emitted) {
    this(new End(), handlers, emitted);
  }

  private CodecChannel(End end, List<? extends ChannelHandler> handlers, Emissions emitted) {
    super(
        false,
        false,
        Stream.concat(Stream.of(end), handlers.stream()).toArray(ChannelHandler[]::new));
    this.end = end;
    this.emitted = emitted;
    config().setAllocator(HeapAllocator.INSTANCE);
    try {
      register();
      checkException();
    } catch (Exception e) {
      throw new IllegalStateException("the Netty handlers can't be used: " + e, e);
    }
    if (end.isMisused()) {
      throw new IllegalStateException(
          "the Netty handlers can't be used: one of them %s when it was added"
              .formatted(end.takeMisuse()));
    }
    for (Map.Entry<String, ChannelHandler> each : pipeline()) {
      if (each.getValue() instanceof ByteToMessageDecoder decoder) {
        Cumulation cumulation = new Cumulation();
        decoder.setCumulator(cumulation);
        cumulations.add(cumulation);
      }
    }
  }

  /**
   * Gives the decoder all bytes. What it throws passes through, after what it has decoded before was
   * emitted.
   *
   * @return what the decoder has done that it can't do here; null if nothing
   */
  @Nullable String decode(ReadBuffer in) {
    int length = in.readableBytes();
    ByteBuf bytes = HeapAllocator.INSTANCE.heapBuffer(length, length);
    bytes.writeBytes(in.readByteBuffer(length));
    given = unfinishedBytes() + length;
    used = 0;
    fedSinceMessage += length;
    try {
      writeInbound(bytes);
    } finally {
      cumulations.forEach(Cumulation::trim);
    }
    return end.takeMisuse();
  }

  /**
   * Has the encoder write a message. What it throws passes through.
   *
   * @return what the encoder has done that it can't do here; null if nothing
   */
  @Nullable String encode(Object message, WriteBuffer out) {
    end.open(out, message.getClass());
    try {
      writeOutbound(message);
    } finally {
      end.close();
    }
    end.rethrow();
    return end.takeMisuse();
  }

  @Override
  protected void handleInboundMessage(Object message) {
    if (end.released) {
      ReferenceCountUtil.release(message);
    } else {
      fedSinceMessage = 0;
      int size = cumulations.isEmpty() ? 0 : given - used - unfinishedBytes();
      used += size;
      emitted.emitted(message, size);
    }
  }

  /** {@return how many bytes the decoder holds of a message that is not whole yet} */
  int unfinishedBytes() {
    if (cumulations.isEmpty()) {
      return fedSinceMessage;
    }
    int sum = 0;
    for (Cumulation each : cumulations) {
      sum += each.bytes();
    }
    return sum;
  }

  /** Ends the channel and releases all that its handlers hold. */
  void release() {
    end.released = true;
    try {
      finishAndReleaseAll();
    } catch (Exception e) {
      // A decoder may complain about the half of a message that it had: nobody can want it any
      // more.
    }
  }

  /** Where a socket would be: takes what the encoder writes while there is a message to write. */
  private static final class End extends ChannelOutboundHandlerAdapter {

    private @Nullable WriteBuffer out;
    private @Nullable Class<?> messageType;
    private @Nullable RuntimeException failure;
    private @Nullable String misuse;
    private boolean released;

    void open(WriteBuffer target, Class<?> type) {
      out = target;
      messageType = type;
      failure = null;
    }

    void close() {
      out = null;
      messageType = null;
    }

    /** Throws what went wrong although the encoder took no notice of it. */
    void rethrow() {
      if (failure != null) {
        throw failure;
      }
    }

    boolean isMisused() {
      return misuse != null;
    }

    @Nullable String takeMisuse() {
      String taken = misuse;
      misuse = null;
      return taken;
    }

    @Override
    public void write(ChannelHandlerContext context, Object part, ChannelPromise promise) {
      try {
        WriteBuffer target = out;
        if (target == null) {
          misuse = "wrote to its channel";
        } else if (failure == null) {
          write(part, target);
        }
        promise.trySuccess();
      } catch (RuntimeException e) {
        failure = e;
        promise.tryFailure(e);
      } finally {
        ReferenceCountUtil.release(part);
      }
    }

    private void write(Object part, WriteBuffer target) {
      if (!(part instanceof ByteBuf bytes)) {
        throw new EncodeException(
            ("the Netty encoder produced %s instead of bytes from %s: check the message type that"
                    + " it accepts")
                .formatted(
                    part.getClass().getName(),
                    messageType == null ? "a message" : messageType.getName()));
      }
      for (ByteBuffer piece : bytes.nioBuffers()) {
        target.writeBytes(piece);
      }
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
      if (released) {
        context.close(promise);
      } else {
        misuse = "closed its channel";
        promise.trySuccess();
      }
    }

    @Override
    public void disconnect(ChannelHandlerContext context, ChannelPromise promise) {
      close(context, promise);
    }
  }
}
