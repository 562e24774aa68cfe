package io.gannet.transport.internal.compression;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * Compresses what is written into one raw DEFLATE stream. What is written up to a flush is compressed
 * together and ends where the peer can decompress all of it. Netty's own encoder does so after each
 * buffer, and waits when the channel is closed.
 */
final class Deflating extends ChannelOutboundHandlerAdapter {

  private static final int CHUNK = 8 * 1024;

  private final Deflater deflater;
  private @Nullable ChannelHandlerContext context;

  /** What has been compressed and not passed on; null when nothing has. */
  private @Nullable ByteBuf compressed;

  private boolean released;

  Deflating(int level) {
    this.deflater = new Deflater(level, true);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
  }

  /**
   * Compresses one of the session's buffers. Only the last before a flush has a promise, and it leaves
   * with that one, so that this is kept when the bytes are on their way.
   */
  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    ByteBuf plain = (ByteBuf) message;
    try {
      if (released) {
        promise.tryFailure(new IllegalStateException("the connection has ended"));
        return;
      }
      for (ByteBuffer part : plain.nioBuffers()) {
        deflater.setInput(part);
        while (!deflater.needsInput()) {
          deflate(ctx, Deflater.NO_FLUSH);
        }
      }
      if (promise.isVoid()) {
        return;
      }
      pass(ctx, Deflater.SYNC_FLUSH, promise);
    } finally {
      plain.release();
    }
  }

  /** Ends the stream. */
  ChannelFuture finish() {
    ChannelHandlerContext ctx = Objects.requireNonNull(context);
    ChannelPromise promise = ctx.newPromise();
    if (released) {
      return promise.setFailure(new IllegalStateException("the connection has ended"));
    }
    deflater.finish();
    pass(ctx, Deflater.NO_FLUSH, promise);
    ctx.flush();
    return promise;
  }

  private void pass(ChannelHandlerContext ctx, int flush, ChannelPromise promise) {
    while (deflate(ctx, flush)) {
      // There may be more.
    }
    ByteBuf out = Objects.requireNonNull(compressed);
    compressed = null;
    ctx.write(out, promise);
  }

  /** Returns whether it has filled what room there was. */
  private boolean deflate(ChannelHandlerContext ctx, int flush) {
    ByteBuf out = compressed;
    if (out == null) {
      out = ctx.alloc().buffer(CHUNK);
      compressed = out;
    }
    out.ensureWritable(CHUNK / 4);
    ByteBuffer room = out.internalNioBuffer(out.writerIndex(), out.writableBytes());
    int written = deflater.deflate(room, flush);
    boolean filled = !room.hasRemaining();
    out.writerIndex(out.writerIndex() + written);
    return filled;
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext removed) {
    released = true;
    deflater.end();
    if (compressed != null) {
      compressed.release();
      compressed = null;
    }
  }
}
