package io.gannet.benchmarks.peers;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * The minimum work of a server on Netty: one handler in the pipeline, which reassembles split
 * messages, parses them in place, writes all answers of one read into one buffer and flushes once.
 * Allocates nothing per message.
 */
abstract class FusedHandler extends ChannelInboundHandlerAdapter {

  private static final int HEADER = 4;

  private ByteBuf partial;
  private ByteBuf answers;

  /** Handles the {@code length} bytes at {@code index}. */
  abstract void handle(ChannelHandlerContext ctx, ByteBuf in, int index, int length);

  /** Called when all messages of a read have been handled. */
  void endOfRead(ChannelHandlerContext ctx) {}

  /** Returns the buffer for answers, with room for a number of bytes. */
  final ByteBuf answers(ChannelHandlerContext ctx, int bytes) {
    if (answers == null) {
      answers = ctx.alloc().ioBuffer(bytes);
    }
    return answers;
  }

  @Override
  public final void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    if (partial != null) {
      partial.writeBytes(in);
      in.release();
      in = partial;
      partial = null;
    }
    takeApart(ctx, in);
    if (in.isReadable()) {
      partial = in.readerIndex() == 0 ? in : copyOf(ctx, in);
    } else {
      in.release();
    }
  }

  private void takeApart(ChannelHandlerContext ctx, ByteBuf in) {
    int index = in.readerIndex();
    int end = in.writerIndex();
    while (end - index >= HEADER) {
      int length = in.getInt(index);
      if (length < 0 || length > Work.MAX_PAYLOAD) {
        ctx.close();
        index = end;
        break;
      }
      if (end - index < HEADER + length) {
        break;
      }
      handle(ctx, in, index + HEADER, length);
      index += HEADER + length;
    }
    in.readerIndex(index);
  }

  private static ByteBuf copyOf(ChannelHandlerContext ctx, ByteBuf in) {
    ByteBuf copy = ctx.alloc().ioBuffer(in.readableBytes()).writeBytes(in);
    in.release();
    return copy;
  }

  @Override
  public final void channelReadComplete(ChannelHandlerContext ctx) {
    endOfRead(ctx);
    if (answers != null) {
      ctx.writeAndFlush(answers, ctx.voidPromise());
      answers = null;
    }
  }

  @Override
  public final void handlerRemoved(ChannelHandlerContext ctx) {
    if (partial != null) {
      partial.release();
      partial = null;
    }
    if (answers != null) {
      answers.release();
      answers = null;
    }
  }

  @Override
  public final void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
