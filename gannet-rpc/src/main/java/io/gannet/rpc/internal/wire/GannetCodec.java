package io.gannet.rpc.internal.wire;

import io.gannet.transport.Codec;
import io.gannet.transport.CodecContext;
import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.ReadBuffer;
import io.gannet.transport.WriteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Gannet's own frames as bytes, described in docs/wire-protocol.md: {@code length u32 | type u8 |
 * flags u8 | id u32 | body}; without the length where the transport keeps messages apart. {@link
 * GannetReader} and {@link GannetWriter} know all but the length.
 *
 * <p>One codec serves one connection; decoding and encoding share nothing that changes.
 */
final class GannetCodec implements Codec<Frame> {

  /** How many bytes the length has. */
  private static final int LENGTH = 4;

  private final GannetReader reader;
  private final GannetWriter writer;

  /**
   * Whether the peer has been told that no more calls come. Only encoding looks at it, of which one
   * goes on at a time: no call can follow, whoever sends it.
   */
  private boolean callsEnded;

  GannetCodec(GannetReader reader, GannetWriter writer) {
    this.reader = reader;
    this.writer = writer;
  }

  /** Whether the transport keeps messages apart. */
  private static boolean isFramed(CodecContext context) {
    return context.connection().keepsMessages();
  }

  @Override
  public @Nullable Frame decode(CodecContext context, ReadBuffer in) {
    int maxSize = context.maxMessageSize();
    int readable = in.readableBytes();
    if (isFramed(context)) {
      return readable == 0 ? null : reader.read(in, readable, maxSize);
    }
    if (readable < LENGTH) {
      return null;
    }
    long length = in.getInt(0) & GannetFormat.UINT32;
    if (length > maxSize - LENGTH) {
      throw new MessageTooLargeException(length + LENGTH, maxSize, "maxMessageSize");
    }
    if (readable < LENGTH + length) {
      return null;
    }
    in.skip(LENGTH);
    return reader.read(in, (int) length, maxSize);
  }

  @Override
  public void encode(CodecContext context, Frame frame, WriteBuffer out) {
    if (callsEnded && frame instanceof Frame.Request) {
      throw new NoMoreCallsException();
    }
    boolean framed = isFramed(context);
    if (!framed) {
      out.writeInt(0); // the length is known afterwards
    }
    writer.write(frame, out);
    if (frame instanceof Frame.LastCall) {
      callsEnded = true;
    }
    if (!framed) {
      out.setInt(0, out.size() - LENGTH);
    }
  }
}
