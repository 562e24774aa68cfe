package io.gannet.transport.netty;

import io.gannet.transport.Codec;
import io.gannet.transport.DecodeException;
import io.gannet.transport.internal.netty.NettyCodec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.util.ReferenceCounted;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Makes codecs from the decoders and encoders that exist for Netty. They keep state, so each session
 * gets its own:
 *
 * <pre>{@code
 * Server.tcp(1883)
 *     .codecPerSession(NettyCodecs.of(MqttMessage.class, MqttDecoder::new, () -> MqttEncoder.INSTANCE))
 * }</pre>
 *
 * <p>Several handlers in a row are given as one {@link io.netty.channel.ChannelInitializer}. Decoder and
 * encoder of a session share a channel, so that they may share state: in attributes of the channel, as
 * those of MQTT do, or in one handler, as those of HTTP do. That channel has no connection and no
 * timer: handlers must not answer the peer by themselves, close, send, or wait. They and the functions
 * that convert run one at a time for a session. What a decoder would emit only when the connection
 * ends is lost.
 *
 * <p><b>Reference counts.</b> Nobody outside needs to retain or release anything. What a decoder emits
 * is converted to a message and then released. A {@link ByteBufHolder}, such as a request of HTTP or a
 * PUBLISH of MQTT, becomes the same message with a copy of the bytes on the heap, which the garbage
 * collector frees. Other messages must not count references; the methods that take functions convert
 * those that do. A {@code ByteBufHolder} that is sent keeps its reference count and indices: it may be
 * sent again, and to several sessions.
 *
 * <p><b>Errors.</b> What a decoder throws ends the session, behind the messages that it emitted before:
 * as {@link io.gannet.transport.MessageTooLargeException} if it is a {@link
 * io.netty.handler.codec.TooLongFrameException}, else as {@link DecodeException}. So does a message
 * whose method {@code decoderResult} returns a failed {@link io.netty.handler.codec.DecoderResult}. What
 * an encoder throws reaches the caller of {@code send} as {@link
 * io.gannet.transport.EncodeException}.
 *
 * <p><b>Limits.</b> What a decoder holds of an unfinished message counts towards the limits on size and
 * time. For a {@link io.netty.handler.codec.ByteToMessageDecoder} that is what it has not consumed (its
 * cumulator is replaced for that), and the limit on size also counts for a message that comes whole, unless the
 * decoder emits several at a time. For another decoder, also one inside a handler that encodes too, it
 * is what it was given since it last emitted something, and a message that comes whole with one read is not
 * measured: give the decoder a limit too, if it has one.
 */
public final class NettyCodecs {

  private NettyCodecs() {}

  /**
   * Messages as the decoder emits them and the encoder takes them.
   *
   * @param messageType their type, which is a {@link ByteBufHolder} or doesn't count references; the
   *     decoder must emit nothing else
   * @param decoder makes the decoder of a session
   * @param encoder makes the encoder of a session
   * @param <M> the type of the messages
   * @return makes a codec for a session
   * @throws IllegalArgumentException if the type counts references and is no {@code ByteBufHolder}
   */
  public static <M> Supplier<Codec<M>> of(
      Class<M> messageType,
      Supplier<? extends ChannelHandler> decoder,
      Supplier<? extends ChannelHandler> encoder) {
    return typed(messageType, pair(decoder, encoder));
  }

  /**
   * Messages as one handler emits and takes them, such as {@code HttpServerCodec}, or several that a
   * {@link io.netty.channel.ChannelInitializer} adds.
   *
   * @param messageType their type, which is a {@link ByteBufHolder} or doesn't count references; the
   *     handler must emit nothing else
   * @param codec makes the handler of a session, which decodes and encodes
   * @param <M> the type of the messages
   * @return makes a codec for a session
   * @throws IllegalArgumentException if the type counts references and is no {@code ByteBufHolder}
   */
  public static <M> Supplier<Codec<M>> of(
      Class<M> messageType, Supplier<? extends ChannelHandler> codec) {
    return typed(messageType, single(codec));
  }

  private static <M> Supplier<Codec<M>> typed(
      Class<M> messageType, Supplier<List<ChannelHandler>> handlers) {
    if (ReferenceCounted.class.isAssignableFrom(messageType)
        && !ByteBufHolder.class.isAssignableFrom(messageType)) {
      throw new IllegalArgumentException(
          "the type %s is reference-counted, but messages are never released: use %s"
              .formatted(
                  messageType.getName(),
                  ByteBuf.class.isAssignableFrom(messageType)
                      ? "NettyCodecs.bytes"
                      : "the method that takes a function, and convert it to a type that is not"
                          + " not"));
    }
    return () ->
        new NettyCodec<>(
            handlers,
            emitted -> cast(messageType, owned(cast(messageType, emitted))),
            NettyCodecs::kept);
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
   *     inside must be copied, and the message must not count references. Runs on the session's I/O thread
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
    Supplier<List<ChannelHandler>> handlers = pair(decoder, encoder);
    return () -> new NettyCodec<>(handlers, fromNetty.andThen(NettyCodecs::uncounted), toNetty);
  }

  /**
   * Messages converted from what one handler emits and to what it takes.
   *
   * @param codec makes the handler of a session, which decodes and encodes
   * @param fromNetty makes a message from what the handler emits, which is released afterwards: bytes
   *     inside must be copied, and the message must not count references. Runs on the session's I/O thread
   * @param toNetty makes what the handler takes, and will release, from a message. Runs on the thread
   *     that sends
   * @param <M> the type of the messages
   * @return makes a codec for a session
   */
  public static <M> Supplier<Codec<M>> of(
      Supplier<? extends ChannelHandler> codec,
      Function<Object, ? extends M> fromNetty,
      Function<? super M, ?> toNetty) {
    Supplier<List<ChannelHandler>> handlers = single(codec);
    return () -> new NettyCodec<>(handlers, fromNetty.andThen(NettyCodecs::uncounted), toNetty);
  }

  private static Supplier<List<ChannelHandler>> pair(
      Supplier<? extends ChannelHandler> decoder, Supplier<? extends ChannelHandler> encoder) {
    return () -> List.of(encoder.get(), decoder.get());
  }

  private static Supplier<List<ChannelHandler>> single(Supplier<? extends ChannelHandler> codec) {
    return () -> List.of(codec.get());
  }

  /** Returns the same message, with bytes that nobody needs to release. */
  private static Object owned(Object emitted) {
    return emitted instanceof ByteBufHolder holder
        ? holder.replace(Unpooled.wrappedBuffer(ByteBufUtil.getBytes(holder.content())))
        : uncounted(emitted);
  }

  private static <M> M uncounted(M message) {
    if (message instanceof ReferenceCounted) {
      throw new DecodeException(
          "the message of type %s is reference-counted, but messages are never released: convert"
              + " it with a function (NettyCodecs.of)"
              .formatted(message.getClass().getName()));
    }
    return message;
  }

  /** Returns the same message for an encoder to read and release; the sender's stays as it is. */
  private static Object kept(Object message) {
    return message instanceof ByteBufHolder holder ? holder.retainedDuplicate() : message;
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
