package io.gannet.transport.internal.websocket;

import io.gannet.transport.internal.session.MessageMarks;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/** Writes the messages of one connection in frames. Used on its loop only. */
final class FrameWriter {

  private final boolean server;

  /** Null without compression. */
  private @Nullable MessageDeflater deflater;

  private long marksWritten;

  /**
   * Creates the writer of one connection.
   *
   * @param server whether this side is the server
   */
  FrameWriter(boolean server) {
    this.server = server;
  }

  /** Compresses from here on. */
  void compress(MessageDeflater by) {
    deflater = by;
  }

  /** Ends compressing: nothing is written any more. */
  void end() {
    if (deflater != null) {
      deflater.end();
    }
  }

  /** {@return the number of written bytes that are marks and not part of messages} */
  long marksWritten() {
    return marksWritten;
  }

  /**
   * Writes messages and flushes.
   *
   * @param to where to write
   * @param chunks the messages, each behind its mark; released here
   * @param promise completes when the operating system has taken all
   */
  void write(ChannelHandlerContext to, ByteBuf[] chunks, ChannelPromise promise) {
    int taken = 0;
    boolean promised = false;
    try {
      while (taken < chunks.length) {
        ByteBuf chunk = chunks[taken++];
        boolean lastChunk = taken == chunks.length;
        if (server && deflater == null && WholeFrames.fit(chunk)) {
          marksWritten += (long) MessageMarks.SIZE * WholeFrames.frame(chunk);
          promised = lastChunk;
          to.write(chunk, promised ? promise : to.voidPromise());
          continue;
        }
        try {
          while (chunk.isReadable()) {
            int mark = chunk.readInt();
            WebSocketFrame frame =
                frame(to, chunk.readSlice(MessageMarks.length(mark)), MessageMarks.isText(mark));
            marksWritten += MessageMarks.SIZE;
            promised = lastChunk && !chunk.isReadable();
            to.write(frame, promised ? promise : to.voidPromise());
          }
        } finally {
          chunk.release();
        }
      }
    } catch (Throwable t) {
      while (taken < chunks.length) {
        chunks[taken++].release();
      }
      promise.tryFailure(t);
      return;
    }
    if (deflater != null) {
      deflater.rest();
    }
    if (!promised) {
      to.write(Unpooled.EMPTY_BUFFER, promise); // a chunk may be empty
    }
    to.flush();
  }

  /** Creates a frame from a whole message, which the caller keeps. */
  private WebSocketFrame frame(ChannelHandlerContext to, ByteBuf message, boolean isText)
      throws ClosedChannelException {
    if (deflater == null || !message.isReadable()) { // an empty message can't get shorter
      return frame(0, message.retain(), isText);
    }
    if (to.isRemoved()) {
      throw new ClosedChannelException(); // a new deflater would never be released
    }
    ByteBuf payload = to.alloc().buffer(message.readableBytes() / 2 + MessageAssembly.SMALLEST);
    try {
      deflater.deflate(message, payload);
      return frame(MessageAssembly.COMPRESSED, payload.retain(), isText);
    } finally {
      payload.release();
    }
  }

  private static WebSocketFrame frame(int rsv, ByteBuf payload, boolean isText) {
    return isText
        ? new TextWebSocketFrame(true, rsv, payload)
        : new BinaryWebSocketFrame(true, rsv, payload);
  }
}
