package io.gannet.transport.internal.websocket;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Inflates the messages of one connection: RFC 7692, section 7.2.2. Holds native memory from the
 * first compressed message to {@link #end}.
 */
final class MessageInflater {

  /** The minimum room for one step, in bytes. */
  private static final int STEP = 1024;

  /**
   * The maximum output of one step in bytes, so that little is wasted when the limit is exceeded.
   */
  private static final int LARGEST_STEP = 64 * 1024;

  private final boolean fresh;
  private @Nullable Inflater inflater;

  /** Whether a block may start here: no data since the start, or since the last final block. */
  private boolean between = true;

  /**
   * Creates an inflater, which holds no resources yet.
   *
   * @param fresh whether messages are compressed independently
   */
  MessageInflater(boolean fresh) {
    this.fresh = fresh;
  }

  /**
   * Inflates the payload of a frame, possibly without output.
   *
   * @param in the payload, whose indexes don't change
   * @param last whether the message ends with it
   * @param out the buffer that the output is appended to
   * @param limit the maximum size of that buffer in bytes
   * @return false if the output exceeds the limit; nothing can be inflated afterwards
   * @throws DataFormatException if the payload isn't DEFLATE
   */
  boolean inflate(ByteBuf in, boolean last, ByteBuf out, int limit) throws DataFormatException {
    Inflater using = inflater;
    if (using == null) {
      using = new Inflater(true);
      inflater = using;
    }
    boolean fits = inflate(using, in.nioBuffer(), out, limit);
    // Nothing is left to complete behind a final block, nor if the whole message is without a byte.
    // A
    // peer is to send one byte for an empty message (section 7.2.3.6); the RFC's tail alone isn't
    // DEFLATE.
    if (fits && last && !between) {
      fits = inflate(using, MessageDeflater.tail(), out, limit);
    }
    if (last) {
      between = true;
      if (fresh) {
        using.reset();
      }
    }
    return fits;
  }

  private boolean inflate(Inflater using, ByteBuffer from, ByteBuf out, int limit)
      throws DataFormatException {
    boolean filled = false;
    while (from.hasRemaining() || filled) {
      out.ensureWritable(STEP);
      int size = Math.min(out.writableBytes(), LARGEST_STEP);
      ByteBuffer room = out.internalNioBuffer(out.writerIndex(), size);
      using.setInput(from);
      int left = from.remaining();
      int length = using.inflate(room);
      out.writerIndex(out.writerIndex() + length);
      if (out.readableBytes() > limit) {
        return false;
      }
      filled = length == size;
      between = false;
      if (using.finished()) {
        // Section 7.2.3.4: the next bytes are a new stream, even in the same message.
        using.reset();
        filled = false;
        between = true;
      } else if (length == 0 && from.remaining() == left && left > 0) {
        throw new DataFormatException("the inflater accepts no more input");
      }
    }
    return true;
  }

  /** Releases native memory that isn't needed between messages. */
  void rest() {
    if (fresh && between) {
      end();
    }
  }

  /** Releases all native memory. */
  void end() {
    if (inflater != null) {
      inflater.end();
      inflater = null;
    }
  }
}
