package io.gannet.transport.internal.codec;

import io.gannet.transport.BodyCodec;
import io.gannet.transport.Codec;
import io.gannet.transport.CodecContext;
import io.gannet.transport.ReadBuffer;
import io.gannet.transport.WriteBuffer;
import java.util.Objects;

/** No framing: the transport preserves message boundaries. */
public final class WholeCodec<M> implements Codec<M> {

  private final BodyCodec<M> body;

  /**
   * Creates a codec.
   *
   * @param body the codec of the messages
   */
  public WholeCodec(BodyCodec<M> body) {
    this.body = Objects.requireNonNull(body, "body");
  }

  @Override
  public M decode(CodecContext context, ReadBuffer in) {
    try {
      return body.decode(in);
    } finally {
      in.skip(in.readableBytes()); // unread bytes are skipped, see BodyCodec
    }
  }

  @Override
  public void encode(CodecContext context, M message, WriteBuffer out) {
    body.encode(message, out);
  }
}
