package io.gannet.rpc.internal.wire;

import io.gannet.transport.Codec;
import io.gannet.transport.CodecContext;
import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.ReadBuffer;
import io.gannet.transport.WriteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Encodes and decodes Gannet's own frames, described in docs/wire-protocol.md:
 * {@code length u32 | type u8 | flags u8 | id u32 | body}. If the transport preserves message
 * boundaries, the length is omitted.
 *
 * <p>An error inside a frame whose end is known becomes a {@link Frame.Malformed}, so that only
 * that call fails. One codec serves one connection. Decoding and encoding share no mutable state.
 */
final class GannetCodec implements Codec<Frame> {

  /** The size of the length in bytes. */
  private static final int LENGTH = 4;

  private final GannetReader reader;
  private final GannetWriter writer;

  /**
   * Whether the peer has been told that no more calls follow. Used by encoding only, which runs on
   * one thread at a time, so that no thread can send a call afterwards.
   */
  private boolean callsEnded;

  GannetCodec(GannetReader reader, GannetWriter writer) {
    this.reader = reader;
    this.writer = writer;
  }

  /** Whether the transport preserves message boundaries. */
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
      out.writeInt(0); // filled in later
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
