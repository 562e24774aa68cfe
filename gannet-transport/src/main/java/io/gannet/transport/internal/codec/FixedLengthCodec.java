package io.gannet.transport.internal.codec;

import io.gannet.transport.BodyCodec;
import io.gannet.transport.Codec;
import io.gannet.transport.CodecContext;
import io.gannet.transport.EncodeException;
import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.ReadBuffer;
import io.gannet.transport.WriteBuffer;
import org.jspecify.annotations.Nullable;

/** Frames that all have the same size. */
public final class FixedLengthCodec<M> implements Codec<M> {

  private final int length;
  private final BodyCodec<M> body;

  /**
   * Creates a codec.
   *
   * @param length the size of a frame in bytes, at least 1
   * @param body the codec of the frames
   */
  public FixedLengthCodec(int length, BodyCodec<M> body) {
    this.length = length;
    this.body = body;
  }

  @Override
  public @Nullable M decode(CodecContext context, ReadBuffer in) {
    int limit = context.maxMessageSize();
    if (length > limit) {
      throw new MessageTooLargeException(length, limit, "maxMessageSize");
    }
    return in.readableBytes() < length ? null : Frames.decodeBody(body, in, length);
  }

  @Override
  public void encode(CodecContext context, M message, WriteBuffer out) {
    int start = out.size();
    body.encode(message, out);
    int written = out.size() - start;
    if (written != length) {
      throw new EncodeException(
          "the message has %,d bytes, but all messages must have %,d".formatted(written, length));
    }
  }
}
