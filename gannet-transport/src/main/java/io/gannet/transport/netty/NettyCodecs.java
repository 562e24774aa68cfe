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
 * Creates codecs from decoders and encoders for Netty. These keep state, so each session gets its
 * own:
 *
 * <pre>{@code
 * Server.tcp(1883)
 *     .codecPerSession(
 *         NettyCodecs.of(MqttMessage.class, MqttDecoder::new, () -> MqttEncoder.INSTANCE))
 * }</pre>
 *
 * <p>Several handlers are passed as one {@link io.netty.channel.ChannelInitializer}. The decoder
 * and the encoder of a session share a channel, so that they may share state: in attributes of the
 * channel, as those of MQTT do, or in one handler, as those of HTTP do. That channel has no
 * connection and no timer: handlers must not answer the peer on their own, close, send, or wait.
 * For each session, handlers and converting functions run one at a time. Messages that a decoder
 * would emit only at the end of the connection are lost.
 *
 * <p><b>Reference counts.</b> Your code need not retain or release anything. The objects that a
 * decoder emits are converted to a message and then released. A {@link ByteBufHolder}, such as an
 * HTTP request or an MQTT PUBLISH, becomes the same message with a copy of the bytes on the heap,
 * which the garbage collector frees. Other messages must not be reference-counted; the methods that
 * take functions convert those that are. A sent {@code ByteBufHolder} keeps its reference count and
 * indices, so it may be sent again, and to several sessions.
 *
 * <p><b>Errors.</b> An exception of a decoder closes the session, after the messages that it
 * emitted before have been handled. A {@link io.netty.handler.codec.TooLongFrameException} becomes
 * a {@link io.gannet.transport.MessageTooLargeException}, other exceptions become a
 * {@link DecodeException}. A message whose method {@code decoderResult} returns a failed
 * {@link io.netty.handler.codec.DecoderResult} has the same effect. The caller of {@code send}
 * receives an exception of an encoder as {@link io.gannet.transport.EncodeException}.
 *
 * <p><b>Limits.</b> The bytes of an unfinished message in a decoder count towards the size and time
 * limits. For a {@link io.netty.handler.codec.ByteToMessageDecoder} these are the bytes that it
 * hasn't consumed (its cumulator is replaced for that). The size limit then also applies to a
 * message that arrives whole, unless the decoder emits several at a time. For another decoder,
 * including one in a handler that also encodes, these are the bytes that it has received since it
 * last emitted a message. A message that arrives whole with one read isn't measured, so set the
 * decoder's own limit as well, if it has one.
 */
public final class NettyCodecs {

  private NettyCodecs() {}

  /**
   * Creates codecs for messages of the type that the decoder emits and the encoder accepts.
   *
   * @param messageType the type, which is a {@link ByteBufHolder} or not reference-counted; the
   *     decoder must emit nothing else
   * @param decoder creates the decoder of a session
   * @param encoder creates the encoder of a session
   * @param <M> the type of the messages
   * @return creates a codec for a session
   * @throws IllegalArgumentException if the type is reference-counted but not a
   *     {@code ByteBufHolder}
   */
  public static <M> Supplier<Codec<M>> of(
      Class<M> messageType,
      Supplier<? extends ChannelHandler> decoder,
      Supplier<? extends ChannelHandler> encoder) {
    return typed(messageType, pair(decoder, encoder));
  }

  /**
   * Creates codecs for messages of the type that one handler emits and accepts, such as
   * {@code HttpServerCodec}, or several handlers that a {@link io.netty.channel.ChannelInitializer}
   * adds.
   *
   * @param messageType the type, which is a {@link ByteBufHolder} or not reference-counted; the
   *     handler must emit nothing else
   * @param codec creates the handler of a session, which decodes and encodes
   * @param <M> the type of the messages
   * @return creates a codec for a session
   * @throws IllegalArgumentException if the type is reference-counted but not a
   *     {@code ByteBufHolder}
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
                      : "the method that takes a function, and convert it to a type that"
                          + " is not"));
    }
    return () ->
        new NettyCodec<>(
            handlers,
            emitted -> cast(messageType, owned(cast(messageType, emitted))),
            NettyCodecs::kept);
  }

  /**
   * Creates codecs for frames of bytes, from a decoder that emits and an encoder that accepts
   * {@link ByteBuf}s.
   *
   * @param decoder creates the decoder of a session
   * @param encoder creates the encoder of a session
   * @return creates a codec for a session
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
   * Creates codecs for messages that are converted from and to the types of the decoder and
   * encoder.
   *
   * @param decoder creates the decoder of a session
   * @param encoder creates the encoder of a session
   * @param fromNetty creates a message from an object that the decoder emits and that is released
   *     afterwards: its bytes must be copied, and the message must not be reference-counted. Runs
   *     on the session's I/O thread
   * @param toNetty creates an object that the encoder accepts, and will release, from a message.
   *     Runs on the sending thread
   * @param <M> the type of the messages
   * @return creates a codec for a session
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
   * Creates codecs for messages that are converted from and to the types of one handler.
   *
   * @param codec creates the handler of a session, which decodes and encodes
   * @param fromNetty creates a message from an object that the handler emits and that is released
   *     afterwards: its bytes must be copied, and the message must not be reference-counted. Runs
   *     on the session's I/O thread
   * @param toNetty creates an object that the handler accepts, and will release, from a message.
   *     Runs on the sending thread
   * @param <M> the type of the messages
   * @return creates a codec for a session
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

  /** Returns the same message with bytes that need no release. */
  private static Object owned(Object emitted) {
    return emitted instanceof ByteBufHolder holder
        ? holder.replace(Unpooled.wrappedBuffer(ByteBufUtil.getBytes(holder.content())))
        : uncounted(emitted);
  }

  private static <M> M uncounted(M message) {
    if (message instanceof ReferenceCounted) {
      throw new DecodeException(
          ("the message of type %s is reference-counted, but messages are never released: convert"
                  + " it with a function (NettyCodecs.of)")
              .formatted(message.getClass().getName()));
    }
    return message;
  }

  /**
   * Returns the same message for an encoder to read and release, without changing the sender's
   * message.
   */
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
