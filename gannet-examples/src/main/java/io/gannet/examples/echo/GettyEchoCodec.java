package io.gannet.examples.echo;

import io.gannet.transport.Codec;
import io.gannet.transport.CodecContext;
import io.gannet.transport.DecodeException;
import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.ReadBuffer;
import io.gannet.transport.WriteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The packets of getty's echo example on TCP, little-endian:
 *
 * <pre>
 * offset  bytes
 *  0      4      magic 0x20160905
 *  4      4      log id
 *  8      4      sequence
 * 12      4      service id
 * 16      4      command
 * 20      4      code
 * 24      2      length of what follows the header: 1 + n
 * 26      6      zero
 * 32      1      n, at most 255
 * 33      n      text
 * </pre>
 *
 * <p>The codec is stateless, so one serves all sessions. Invalid bytes are refused as soon as they
 * arrive, not when the packet is complete: otherwise a session with a peer that uses another
 * protocol would keep waiting.
 */
public enum GettyEchoCodec implements Codec<EchoPacket> {
  /** The codec. */
  INSTANCE;

  private static final int MAGIC = 0x20160905;
  private static final int LENGTH_OFFSET = 24;
  private static final int HEADER_SIZE = 32;
  private static final int PADDING = HEADER_SIZE - LENGTH_OFFSET - Short.BYTES;

  @Override
  public @Nullable EchoPacket decode(CodecContext context, ReadBuffer in) {
    int readable = in.readableBytes();
    if (readable >= Integer.BYTES) {
      checkMagic(in.getIntLE(0));
    }
    if (readable < HEADER_SIZE) {
      return null;
    }
    int length = in.getShortLE(LENGTH_OFFSET) & 0xFFFF;
    checkLength(length);
    if (HEADER_SIZE + length > context.maxMessageSize()) {
      throw new MessageTooLargeException(
          (long) HEADER_SIZE + length, context.maxMessageSize(), "maxMessageSize");
    }
    if (readable == HEADER_SIZE) {
      return null;
    }
    checkTextLength(in.getUnsignedByte(HEADER_SIZE), length);
    if (readable < HEADER_SIZE + length) {
      return null;
    }
    in.skip(Integer.BYTES);
    EchoHeader header =
        new EchoHeader(
            in.readIntLE(), in.readIntLE(), in.readIntLE(), in.readIntLE(), in.readIntLE());
    in.skip(HEADER_SIZE - LENGTH_OFFSET + 1);
    return new EchoPacket(header, in.readBytes(length - 1));
  }

  @Override
  public void encode(CodecContext context, EchoPacket packet, WriteBuffer out) {
    EchoHeader header = packet.header();
    byte[] text = packet.bytes();
    out.writeIntLE(MAGIC);
    out.writeIntLE(header.logId());
    out.writeIntLE(header.sequence());
    out.writeIntLE(header.serviceId());
    out.writeIntLE(header.command());
    out.writeIntLE(header.code());
    out.writeShortLE(1 + text.length);
    out.writeZero(PADDING);
    out.writeByte(text.length);
    out.writeBytes(text);
  }

  private static void checkMagic(int magic) {
    if (magic != MAGIC) {
      throw new DecodeException(
          "not a packet of getty's echo: it starts with 0x%08x instead of the magic number 0x%08x"
              .formatted(magic, MAGIC));
    }
  }

  private static void checkLength(int length) {
    if (length == 0 || length > 1 + EchoPacket.MAX_TEXT) {
      throw new DecodeException(
          "the header says that %d bytes follow; valid are 1 to %d"
              .formatted(length, 1 + EchoPacket.MAX_TEXT));
    }
  }

  private static void checkTextLength(int text, int length) {
    if (1 + text != length) {
      throw new DecodeException(
          "the header says that %d bytes follow, but a text of %d bytes needs %d"
              .formatted(length, text, 1 + text));
    }
  }
}
