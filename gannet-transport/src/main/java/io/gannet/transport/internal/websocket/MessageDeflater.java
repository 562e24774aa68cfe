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

  /** What a flush ends with, and a message leaves out. */
  private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};

  private static final int ROOM = 1024;

  private final boolean fresh;
  private @Nullable Deflater deflater;

  /**
   * Creates a deflater, which holds nothing yet.
   *
   * @param fresh whether no message may refer to those before it
   */
  MessageDeflater(boolean fresh) {
    this.fresh = fresh;
  }

  /** {@return the end of a flush, to be read once} */
  static ByteBuffer tail() {
    return ByteBuffer.wrap(TAIL);
  }

  /**
   * Compresses a message.
   *
   * @param message its bytes, at least one; they are read
   * @param out where its payload is added
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

  /** Gives native memory back that isn't needed between messages. */
  void rest() {
    if (fresh) {
      end();
    }
  }

  /** Gives all native memory back. */
  void end() {
    if (deflater != null) {
      deflater.end();
      deflater = null;
    }
  }
}
