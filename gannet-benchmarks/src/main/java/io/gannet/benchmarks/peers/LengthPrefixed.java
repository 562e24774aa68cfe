package io.gannet.benchmarks.peers;

import io.gannet.transport.Codec;
import io.gannet.transport.CodecContext;
import io.gannet.transport.ReadBuffer;
import io.gannet.transport.WriteBuffer;
import org.jspecify.annotations.Nullable;

/** Four bytes with the length and then the payload, as in a user's codec. */
final class LengthPrefixed implements Codec<byte[]> {

  private static final int HEADER = 4;

  @Override
  public byte @Nullable [] decode(CodecContext context, ReadBuffer in) {
    if (in.readableBytes() < HEADER) {
      return null;
    }
    int length = in.getInt(0);
    if (length < 0 || length > context.maxMessageSize() - HEADER) {
      throw new IllegalArgumentException("a length of " + length);
    }
    if (in.readableBytes() < HEADER + length) {
      return null;
    }
    in.skip(HEADER);
    return in.readBytes(length);
  }

  @Override
  public void encode(CodecContext context, byte[] message, WriteBuffer out) {
    out.writeInt(message.length);
    out.writeBytes(message);
  }
}
