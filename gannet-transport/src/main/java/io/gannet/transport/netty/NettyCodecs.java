package io.gannet.transport.netty;

import io.gannet.transport.Codec;
import io.gannet.transport.DecodeException;
import io.gannet.transport.internal.netty.NettyCodec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.util.ReferenceCounted;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Makes codecs from the decoders and encoders that exist for Netty. They keep state, so each session
 * gets its own:
 *
 * <pre>{@code
 * Server.tcp(1883)
 *     .codecPerSession(NettyCodecs.bytes(
 *         () -> new LengthFieldBasedFrameDecoder(65_536, 0, 2, 0, 2), () -> new LengthFieldPrepender(2)))
 * }</pre>
 *
 * <p>Several handlers in a row are given as one {@link io.netty.channel.ChannelInitializer}. Decoder and
 * encoder live in channels of their own that have no connection and no timer: handlers must not share
 * state with each other as those of a duplex HTTP codec do, must not answer the peer by themselves, and
 * must not wait. What a decoder would emit only when the connection ends is lost.
 *
 * <p><b>Reference counts.</b> Nobody outside needs to release anything. What a decoder emits is
 * converted to a message and then released; the messages themselves must not count references.
 *
 * <p><b>Errors.</b> What a decoder throws ends the session, behind the messages that it emitted before:
 * as {@link io.gannet.transport.MessageTooLargeException} if it is a {@link
 * io.netty.handler.codec.TooLongFrameException}, else as {@link DecodeException}. So does a message with
 * a failed {@link io.netty.handler.codec.DecoderResult}. What an encoder throws reaches the caller of
 * {@code send} as {@link io.gannet.transport.EncodeException}.
 *
 * <p><b>Limits.</b> What a decoder holds of an unfinished message counts towards the limits on size and
 * time. For a {@link io.netty.handler.codec.ByteToMessageDecoder} that is what it has not consumed (its
 * cumulator is replaced for that); for another decoder it is what it was given since it last emitted
 * something. A message that is complete is not measured: give the decoder a limit too, if it has one.
 */
public final class NettyCodecs {

  private NettyCodecs() {}

  /**
   * Messages as the decoder emits them and the encoder takes them.
   *
   * @param messageType their type, which doesn't count references; the decoder must emit nothing else
   * @param decoder makes the decoder of a session
   * @param encoder makes the encoder of a session
   * @param <M> the type of the messages
   * @return makes a codec for a session
   * @throws IllegalArgumentException if the type counts references
   */
  public static <M> Supplier<Codec<M>> of(
      Class<M> messageType,
      Supplier<? extends ChannelHandler> decoder,
      Supplier<? extends ChannelHandler> encoder) {
    if (ReferenceCounted.class.isAssignableFrom(messageType)) {
      throw new IllegalArgumentException(
          "%s counts references: use the method that converts it to something that does not"
              .formatted(messageType.getName()));
    }
    return of(decoder, encoder, emitted -> cast(messageType, emitted), Function.identity());
  }

  /**
   * Frames of bytes, from a decoder that emits and an encoder that takes {@link ByteBuf}s.
   *
   * @param decoder makes the decoder of a session
   * @param encoder makes the encoder of a session
   * @return makes a codec for a session
   */
  public static Supplier<Codec<byte[]>> bytes(
      Supplier<? extends ChannelHandler> decoder, Supplier<? extends ChannelHandler> encoder) {
    return of(
        decoder,
        encoder,
        emitted -> ByteBufUtil.getBytes(cast(ByteBuf.class, emitted)),
        Unpooled::wrappedBuffer);
  }

  /**
   * Messages converted from what the decoder emits and to what the encoder takes.
   *
   * @param decoder makes the decoder of a session
   * @param encoder makes the encoder of a session
   * @param fromNetty makes a message from what the decoder emits, which is released afterwards: bytes
   *     inside must be copied. Runs on the session's I/O thread
   * @param toNetty makes what the encoder takes, and will release, from a message. Runs on the thread
   *     that sends
   * @param <M> the type of the messages
   * @return makes a codec for a session
   */
  public static <M> Supplier<Codec<M>> of(
      Supplier<? extends ChannelHandler> decoder,
      Supplier<? extends ChannelHandler> encoder,
      Function<Object, ? extends M> fromNetty,
      Function<? super M, ?> toNetty) {
    return () -> new NettyCodec<>(decoder, encoder, fromNetty, toNetty);
  }

  private static <T> T cast(Class<T> type, Object emitted) {
    if (!type.isInstance(emitted)) {
      throw new DecodeException(
          "the Netty decoder emitted %s where %s was expected"
              .formatted(emitted.getClass().getName(), type.getName()));
    }
    return type.cast(emitted);
  }
}
