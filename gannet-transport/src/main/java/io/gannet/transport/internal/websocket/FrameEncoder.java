package io.gannet.transport.internal.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects the frames that Netty encodes in one buffer until a flush, or until a promise is
 * attached to one of them. Sixteen small messages are then one write, not sixteen.
 */
final class FrameEncoder extends WebSocket13FrameEncoder {

  /** Larger frames are written separately instead of copied, in bytes. */
  private static final int LARGE = 8 * 1024;

  private final List<Object> parts = new ArrayList<>(2);

  /** Encoded data that has not been written. */
  private @Nullable ByteBuf batch;

  /** Whether the batch is a buffer of Netty's without room for more data. */
  private boolean single;

  FrameEncoder(boolean mask) {
    super(mask);
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (!(message instanceof WebSocketFrame frame)) {
      writeBatch(context, context.voidPromise());
      context.write(message, promise);
      return;
    }
    try {
      encode(context, frame, parts);
      for (int i = 0; i < parts.size(); i++) {
        append(context, (ByteBuf) parts.get(i));
      }
    } catch (Throwable t) {
      promise.setFailure(t);
      return;
    } finally {
      parts.clear();
      frame.release();
    }
    if (!promise.isVoid()) {
      writeBatch(context, promise);
    }
  }

  private void append(ChannelHandlerContext context, ByteBuf part) {
    int length = part.readableBytes();
    ByteBuf before = batch;
    if (before == null) {
      batch = part;
      single = true;
      return;
    }
    if (length >= LARGE || before.readableBytes() >= LARGE) {
      writeBatch(context, context.voidPromise());
      batch = part;
      single = true;
      return;
    }
    ByteBuf target = before;
    if (single) {
      // Room for a few more messages of this size; the buffer grows if necessary.
      target = context.alloc().buffer((before.readableBytes() + length) * 4);
      target.writeBytes(before);
      before.release();
      batch = target;
      single = false;
    }
    target.writeBytes(part);
    part.release();
  }

  private void writeBatch(ChannelHandlerContext context, ChannelPromise promise) {
    ByteBuf whole = batch;
    if (whole != null) {
      batch = null;
      context.write(whole, promise);
    }
  }

  @Override
  public void flush(ChannelHandlerContext context) {
    writeBatch(context, context.voidPromise());
    context.flush();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    if (batch != null) {
      batch.release();
      batch = null;
    }
  }
}
