package io.gannet.transport.internal.compression;

import io.gannet.transport.internal.session.ConnectionContext;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.compression.DecompressionException;

/**
 * Decompresses received data, a piece at a time and never ahead of the session, because a few bytes
 * can expand to very many. When the session pauses reading, the rest stays compressed until it
 * resumes. When the session accepts no more data, no more is decompressed.
 */
final class DecompressingHandler extends ChannelDuplexHandler {

  /** The maximum output of one step in bytes. */
  static final int MAX_PIECE = 256 * 1024;

  /** The maximum size of an incomplete block in bytes: one block and one read. */
  private static final int MAX_HELD = 2 * MAX_PIECE;

  private final Decompressor decompressor;
  private final ConnectionContext connection;

  /** The bytes that are still compressed. */
  private ByteBuf compressed = Unpooled.EMPTY_BUFFER;

  /** Whether the received data may contain more pieces. */
  private boolean waits;

  private boolean decompressing;
  private boolean inputEnded;
  private boolean endWaits;
  private boolean failed;
  private boolean removed;

  DecompressingHandler(Decompressor decompressor, ConnectionContext connection) {
    this.decompressor = decompressor;
    this.connection = connection;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    if (failed || connection.isDiscarding()) {
      bytes.release();
      return;
    }
    compressed = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(context.alloc(), compressed, bytes);
    waits = true;
    decompress(context);
  }

  /**
   * Called when the session reads again. If the session has enough before all data is decompressed,
   * the socket isn't read: some transports close the connection as soon as they see the peer's end.
   */
  @Override
  public void read(ChannelHandlerContext context) {
    decompress(context);
    if (!waits && !inputEnded) {
      context.read();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE) {
      inputEnded = true;
      if (waits) {
        endWaits = true;
        return;
      }
    }
    context.fireUserEventTriggered(event);
  }

  private void decompress(ChannelHandlerContext context) {
    if (decompressing) {
      return; // called from within a decompression
    }
    decompressing = true;
    try {
      while (waits && !removed) {
        if (connection.isDiscarding()) {
          discard();
        } else if (context.channel().config().isAutoRead()) {
          decompressPiece(context);
        } else {
          return;
        }
      }
    } finally {
      decompressing = false;
      if (removed) {
        end();
      }
    }
    if (endWaits) {
      endWaits = false;
      context.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    }
  }

  private void decompressPiece(ChannelHandlerContext context) {
    ByteBuf piece;
    try {
      piece = decompressor.next(context, compressed);
      if (piece == null && compressed.readableBytes() > MAX_HELD) {
        throw new DecompressionException("a block has more than %,d bytes".formatted(MAX_HELD));
      }
    } catch (Exception e) {
      failed = true;
      discard();
      context.fireExceptionCaught(
          new DecompressionException(
              "the peer's bytes can't be decompressed: " + e.getMessage(), e));
      return;
    }
    if (piece == null) {
      waits = false;
      releaseIfRead();
    } else {
      context.fireChannelRead(piece);
    }
  }

  /** Releases the buffer if it is empty. */
  private void releaseIfRead() {
    if (!compressed.isReadable()) {
      compressed.release();
      compressed = Unpooled.EMPTY_BUFFER;
    }
  }

  private void discard() {
    waits = false;
    compressed.skipBytes(compressed.readableBytes());
    releaseIfRead();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    removed = true;
    if (!decompressing) {
      end();
    }
  }

  private void end() {
    discard();
    decompressor.close();
  }
}
