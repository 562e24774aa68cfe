package io.gannet.transport.internal.websocket;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * Compresses the messages of one connection: RFC 7692, section 7.2.1. Holds native memory from the
 * first message to {@link #end}.
 */
final class MessageDeflater {

  /** The end of a flush, which a message omits. */
  private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};

  private static final int ROOM = 1024;

  private final boolean fresh;
  private @Nullable Deflater deflater;

  /**
   * Creates a deflater, which holds no resources yet.
   *
   * @param fresh whether messages are compressed independently
   */
  MessageDeflater(boolean fresh) {
    this.fresh = fresh;
  }

  /** {@return the end of a flush, for one read} */
  static ByteBuffer tail() {
    return ByteBuffer.wrap(TAIL);
  }

  /**
   * Compresses a message.
   *
   * @param message the bytes, at least one; they are consumed
   * @param out the buffer that the payload is appended to
   */
  void deflate(ByteBuf message, ByteBuf out) {
    Deflater using = deflater;
    if (using == null) {
      using = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
      deflater = using;
    }
    using.setInput(message.nioBuffer());
    boolean filled;
    do {
      out.ensureWritable(ROOM);
      ByteBuffer room = out.internalNioBuffer(out.writerIndex(), out.writableBytes());
      int length = using.deflate(room, Deflater.SYNC_FLUSH);
      filled = !room.hasRemaining();
      out.writerIndex(out.writerIndex() + length);
    } while (filled);
    out.writerIndex(out.writerIndex() - TAIL.length);
    message.skipBytes(message.readableBytes());
    if (fresh) {
      using.reset();
    }
  }

  /** Releases native memory that isn't needed between messages. */
  void rest() {
    if (fresh) {
      end();
    }
  }

  /** Releases all native memory. */
  void end() {
    if (deflater != null) {
      deflater.end();
      deflater = null;
    }
  }
}
