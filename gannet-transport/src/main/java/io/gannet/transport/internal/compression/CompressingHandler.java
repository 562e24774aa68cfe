package io.gannet.transport.internal.compression;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Compresses written data. Data up to a flush is compressed together, such that the peer can
 * decompress all of it. Netty's own encoders flush after each buffer or complete promises too
 * early, and wait when the channel is closed.
 */
final class CompressingHandler extends ChannelOutboundHandlerAdapter {

  private static final int CHUNK = 8 * 1024;

  private final Compressor compressor;
  private @Nullable ChannelHandlerContext added;

  /** Compressed data that has not been passed on; null if there is none. */
  private @Nullable ByteBuf compressed;

  private boolean ended;

  CompressingHandler(Compressor compressor) {
    this.compressor = compressor;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    added = context;
  }

  /**
   * Compresses one of the session's buffers. Only the last buffer before a flush has a promise. The
   * promise is passed on with the compressed data, so that it completes when the bytes are written.
   */
  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    ByteBuf plain = (ByteBuf) message;
    try {
      if (ended) {
        promise.tryFailure(new IllegalStateException("the connection has ended"));
        return;
      }
      ByteBuf out = out();
      compressor.compress(context, plain, out);
      if (!promise.isVoid()) {
        compressor.flush(out);
        pass(promise);
      }
    } finally {
      plain.release();
    }
  }

  /** Ends the stream. */
  ChannelFuture finish() {
    ChannelPromise promise = context().newPromise();
    if (ended) {
      return promise.setFailure(new IllegalStateException("the connection has ended"));
    }
    compressor.finish(out());
    pass(promise);
    context().flush();
    return promise;
  }

  private ByteBuf out() {
    if (compressed == null) {
      compressed = context().alloc().directBuffer(CHUNK);
    }
    return compressed;
  }

  private void pass(ChannelPromise promise) {
    ByteBuf out = out();
    compressed = null;
    context().write(out, promise);
  }

  private ChannelHandlerContext context() {
    return Objects.requireNonNull(added);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    ended = true;
    compressor.close();
    if (compressed != null) {
      compressed.release();
      compressed = null;
    }
  }
}
