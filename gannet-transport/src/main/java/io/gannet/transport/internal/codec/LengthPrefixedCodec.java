package io.gannet.transport.internal.codec;

import io.gannet.transport.BodyCodec;
import io.gannet.transport.Codec;
import io.gannet.transport.CodecContext;
import io.gannet.transport.DecodeException;
import io.gannet.transport.EncodeException;
import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.ReadBuffer;
import io.gannet.transport.WriteBuffer;
import org.jspecify.annotations.Nullable;

/** Frames with a header that contains the length in a field of fixed size. */
public final class LengthPrefixedCodec<M> implements Codec<M> {

  /** A larger length is always too large, and adding to a smaller one never overflows. */
  private static final long MAX_SANE_LENGTH = 1L << 40;

  private final int fieldSize;
  private final boolean littleEndian;
  private final int offset;
  private final int adjustment;
  private final int strip;
  private final BodyCodec<M> body;

  /** The size of the header up to the end of the length field. */
  private final int headerSize;

  /**
   * Creates a codec.
   *
   * @param fieldSize the size of the length field in bytes: 1, 2, 3, 4 or 8
   * @param littleEndian the byte order of the length field
   * @param offset the number of bytes before the length field
   * @param adjustment the number to add to the length to get the number of bytes after the length
   *     field
   * @param strip the number of bytes at the start of the frame that the body codec doesn't see
   * @param body the codec of the rest of the frame
   */
  public LengthPrefixedCodec(
      int fieldSize,
      boolean littleEndian,
      int offset,
      int adjustment,
      int strip,
      BodyCodec<M> body) {
    this.fieldSize = fieldSize;
    this.littleEndian = littleEndian;
    this.offset = offset;
    this.adjustment = adjustment;
    this.strip = strip;
    this.body = body;
    this.headerSize = offset + fieldSize;
  }

  @Override
  public @Nullable M decode(CodecContext context, ReadBuffer in) {
    int readable = in.readableBytes();
    if (readable < headerSize) {
      return null;
    }
    long length = readLength(in);
    int limit = context.maxMessageSize();
    if (length < 0 || length > MAX_SANE_LENGTH) {
      throw new MessageTooLargeException(
          length < 0 ? Long.MAX_VALUE : length, limit, "maxMessageSize");
    }
    long frameSize = length + adjustment + headerSize;
    if (frameSize < headerSize || frameSize < strip) { // invalid, whatever follows
      throw tooShort(length, frameSize);
    }
    if (frameSize > limit) {
      throw new MessageTooLargeException(frameSize, limit, "maxMessageSize");
    }
    if (readable < frameSize) {
      return null;
    }
    in.skip(strip);
    return Frames.decodeBody(body, in, (int) frameSize - strip);
  }

  /** Returns the length as unsigned; a length of 2^63 or more is negative. */
  private long readLength(ReadBuffer in) {
    return switch (fieldSize) {
      case 1 -> in.getUnsignedByte(offset);
      case 2 -> (littleEndian ? in.getShortLE(offset) : in.getShort(offset)) & 0xFFFFL;
      case 3 -> littleEndian ? in.getUnsignedMediumLE(offset) : in.getUnsignedMedium(offset);
      case 4 -> (littleEndian ? in.getIntLE(offset) : in.getInt(offset)) & 0xFFFF_FFFFL;
      default -> littleEndian ? in.getLongLE(offset) : in.getLong(offset);
    };
  }

  private DecodeException tooShort(long length, long frameSize) {
    return new DecodeException(
        ("the length field says %,d, which makes a frame of %,d bytes, but the header alone has"
                + " %,d (adjustment %,d): the peer may use another protocol")
            .formatted(length, frameSize, Math.max(headerSize, strip), adjustment));
  }

  @Override
  public void encode(CodecContext context, M message, WriteBuffer out) {
    int start = out.size();
    out.writeZero(strip);
    body.encode(message, out);
    int frameSize = out.size() - start;
    if (frameSize < headerSize) {
      throw new EncodeException(
          ("the body codec wrote %,d bytes, but must write the %,d bytes of the header that are not"
                  + " stripped (offset %,d, length field %d, strip %,d)")
              .formatted(frameSize - strip, headerSize - strip, offset, fieldSize, strip));
    }
    long length = (long) frameSize - headerSize - adjustment;
    if (length < 0 || (fieldSize < Integer.BYTES && length >>> (8 * fieldSize) != 0)) {
      throw new EncodeException(
          ("a frame of %,d bytes needs the length %,d, which does not fit into a field of %d bytes"
                  + " (adjustment %,d)")
              .formatted(frameSize, length, fieldSize, adjustment));
    }
    writeLength(out, start + offset, length);
  }

  private void writeLength(WriteBuffer out, int at, long length) {
    int low = (int) length;
    switch (fieldSize) {
      case 1 -> out.setByte(at, low);
      case 2 -> {
        if (littleEndian) {
          out.setShortLE(at, low);
        } else {
          out.setShort(at, low);
        }
      }
      case 3 -> {
        out.setByte(littleEndian ? at : at + 2, low);
        out.setByte(at + 1, low >>> 8);
        out.setByte(littleEndian ? at + 2 : at, low >>> 16);
      }
      case 4 -> writeInt(out, at, low);
      default -> {
        int high = (int) (length >>> Integer.SIZE);
        writeInt(out, at, littleEndian ? low : high);
        writeInt(out, at + Integer.BYTES, littleEndian ? high : low);
      }
    }
  }

  private void writeInt(WriteBuffer out, int at, int value) {
    if (littleEndian) {
      out.setIntLE(at, value);
    } else {
      out.setInt(at, value);
    }
  }
}
