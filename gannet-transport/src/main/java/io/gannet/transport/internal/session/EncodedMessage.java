package io.gannet.transport.internal.session;

import io.gannet.transport.Codec;
import io.gannet.transport.CodecContext;
import io.gannet.transport.ConnectionInfo;
import io.gannet.transport.Encoded;
import io.gannet.transport.WebSocketCodec;
import io.gannet.transport.internal.buffer.ByteBufWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A message that has been encoded once, for many sessions. */
public final class EncodedMessage<M> implements Encoded<M> {

  private final byte[] bytes;
  private final @Nullable Boolean text;

  private EncodedMessage(byte[] bytes, @Nullable Boolean text) {
    this.bytes = bytes;
    this.text = text;
  }

  /**
   * Encodes a message.
   *
   * @param codec the codec
   * @param message the message
   * @param <M> its type
   * @return its bytes
   */
  public static <M> EncodedMessage<M> encode(Codec<M> codec, M message) {
    Objects.requireNonNull(message, "message");
    // The sessions that send the message check its size.
    CodecContext context = CodecContext.of(Integer.MAX_VALUE, ConnectionInfo.nothing());
    ByteBuf content = Unpooled.buffer();
    ByteBufWriter writer = new ByteBufWriter();
    try {
      writer.open(content, context.maxMessageSize());
      try {
        codec.encode(context, message, writer);
      } finally {
        writer.close();
        codec.release(context);
      }
      return new EncodedMessage<>(
          ByteBufUtil.getBytes(content),
          codec instanceof WebSocketCodec<M> chooser ? chooser.isText(message) : null);
    } finally {
      content.release();
    }
  }

  /**
   * {@return a message as this class}
   *
   * @param message the message
   * @throws IllegalArgumentException if it wasn't created by {@link Encoded#of}
   */
  public static EncodedMessage<?> of(Encoded<?> message) {
    if (message instanceof EncodedMessage<?> encoded) {
      return encoded;
    }
    throw new IllegalArgumentException("message must come from Encoded.of: " + message);
  }

  /** {@return the read-only bytes, with an independent position} */
  ByteBuffer buffer() {
    return ByteBuffer.wrap(bytes);
  }

  /**
   * {@return whether the codec chooses text, on transports with text and binary messages; null if
   * it doesn't choose}
   */
  @Nullable Boolean isText() {
    return text;
  }

  @Override
  public int size() {
    return bytes.length;
  }

  @Override
  public ByteBuffer bytes() {
    return buffer().asReadOnlyBuffer();
  }

  @Override
  public String toString() {
    return "Encoded[%,d bytes]".formatted(bytes.length);
  }
}
