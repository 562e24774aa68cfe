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
 * The pipeline of a Netty decoder and encoder, without a connection. Not thread-safe, like every
 * channel of Netty.
 *
 * <p>Messages that the decoder emits are handled at once: while a slice of its collected bytes is
 * referenced, the decoder can't free the memory of decoded bytes.
 */
final class CodecChannel extends EmbeddedChannel {

  private final End end;
  private final Emissions emitted;
  private final List<Cumulation> cumulations = new ArrayList<>(1);

  /**
   * The number of bytes fed since the last message, for decoders whose buffered bytes aren't
   * visible.
   */
  private int fedSinceMessage;

  /** The number of buffered bytes before the current read, plus its bytes. */
  private int given;

  /** How many of these bytes the emitted messages have used. */
  private int used;

  /** Receives each decoded message. */
  interface Emissions {

    /**
     * Handles a message and releases it. Must not throw.
     *
     * @param message the message
     * @param size the number of bytes that the decoder has used for the message and for the next
     *     ones with a size of 0; 0 also if it is unknown
     */
    void emitted(Object message, int size);
  }

  /**
   * Creates a channel.
   *
   * @param handlers the handlers of the pipeline
   * @param emitted receives each decoded message
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
   * Passes all bytes to the decoder. Exceptions of the decoder are thrown after earlier messages
   * have been emitted.
   *
   * @return a forbidden action of the decoder, in words; null if there was none
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
   * Encodes a message. Exceptions of the encoder are thrown.
   *
   * @return a forbidden action of the encoder, in words; null if there was none
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

  /** {@return the number of bytes of an incomplete message in the decoder} */
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

  /** Closes the channel and releases the resources of its handlers. */
  void release() {
    end.released = true;
    try {
      finishAndReleaseAll();
    } catch (Exception e) {
      // The decoder may report an incomplete message, which is no longer needed.
    }
  }

  /**
   * The end of the pipeline, in place of a socket. Receives the encoder's output while a message is
   * encoded.
   */
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

    /** Throws a failure that the encoder has ignored. */
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
