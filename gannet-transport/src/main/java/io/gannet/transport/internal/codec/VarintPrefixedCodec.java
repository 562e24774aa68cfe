package io.gannet.transport.internal.codec;

import io.gannet.transport.BodyCodec;
import io.gannet.transport.Codec;
import io.gannet.transport.CodecContext;
import io.gannet.transport.DecodeException;
import io.gannet.transport.EncodeException;
import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.ReadBuffer;
import io.gannet.transport.WriteBuffer;
import io.gannet.transport.internal.buffer.ByteBufWriter;
import org.jspecify.annotations.Nullable;

/** Frames that start with their length as a base 128 varint of Protobuf. */
public final class VarintPrefixedCodec<M> implements Codec<M> {

  /** The maximum size of a 32-bit varint. */
  private static final int MAX_FIELD_SIZE = 5;

  private final int offset;
  private final int adjustment;
  private final BodyCodec<M> body;

  /**
   * Creates a codec.
   *
   * @param offset the number of bytes before the length field
   * @param adjustment the number to add to the length to get the number of bytes after the length
   *     field
   * @param body the codec of the bytes after the length field
   */
  public VarintPrefixedCodec(int offset, int adjustment, BodyCodec<M> body) {
    this.offset = offset;
    this.adjustment = adjustment;
    this.body = body;
  }

  @Override
  public @Nullable M decode(CodecContext context, ReadBuffer in) {
    int readable = in.readableBytes();
    long length = 0;
    int headerSize = offset;
    byte next;
    do {
      int index = headerSize - offset;
      if (index == MAX_FIELD_SIZE) {
        throw new DecodeException(
            "the length is a varint of more than %d bytes: the peer may use another protocol"
                .formatted(MAX_FIELD_SIZE));
      }
      if (headerSize >= readable) {
        return null;
      }
      next = in.getByte(headerSize++);
      length |= (next & 0x7FL) << (7 * index);
    } while (next < 0);
    long bodySize = length + adjustment;
    if (bodySize < 0) {
      throw new DecodeException(
          "the length is %,d, and the adjustment adds %,d: the peer may use another protocol"
              .formatted(length, adjustment));
    }
    int limit = context.maxMessageSize();
    if (headerSize + bodySize > limit) {
      throw new MessageTooLargeException(headerSize + bodySize, limit, "maxMessageSize");
    }
    if (readable < headerSize + bodySize) {
      return null;
    }
    in.skip(headerSize);
    return Frames.decodeBody(body, in, (int) bodySize);
  }

  @Override
  public void encode(CodecContext context, M message, WriteBuffer out) {
    if (out instanceof ByteBufWriter writer) {
      encode(message, writer);
    } else {
      Frames.encodeApart(out, writer -> encode(message, writer));
    }
  }

  /** Reserves one byte for the length, which is enough for most messages, and moves larger ones. */
  private void encode(M message, ByteBufWriter out) {
    int at = out.size() + offset;
    out.writeZero(offset + 1);
    body.encode(message, out);
    long length = (long) out.size() - at - 1 - adjustment;
    if (length < 0 || length >>> Integer.SIZE != 0) {
      throw new EncodeException(
          ("a body of %,d bytes needs the length %,d, which is not a varint of 32 bits (adjustment"
                  + " %,d)")
              .formatted(out.size() - at - 1, length, adjustment));
    }
    int fieldSize = sizeOf(length);
    if (fieldSize > 1) {
      out.insert(at + 1, fieldSize - 1);
    }
    for (int i = 0; i < fieldSize; i++) {
      int bits = (int) (length >>> (7 * i)) & 0x7F;
      out.setByte(at + i, i < fieldSize - 1 ? bits | 0x80 : bits);
    }
  }

  private static int sizeOf(long length) {
    int bits = Long.SIZE - Long.numberOfLeadingZeros(length | 1);
    return (bits + 6) / 7;
  }
}
