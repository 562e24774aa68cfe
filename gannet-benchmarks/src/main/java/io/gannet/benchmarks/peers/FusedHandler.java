package io.gannet.benchmarks.peers;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * The least that a server on Netty can do: one handler in the pipeline, which puts together what was
 * split, takes messages apart in place, writes all answers of one read into one buffer and flushes
 * once. Nothing is made per message.
 */
abstract class FusedHandler extends ChannelInboundHandlerAdapter {

  private static final int HEADER = 4;

  private ByteBuf partial;
  private ByteBuf answers;

  /** Handles the {@code length} bytes at {@code index}. */
  abstract void handle(ChannelHandlerContext ctx, ByteBuf in, int index, int length);

  /** All messages of a read have been handled. */
  void endOfRead(ChannelHandlerContext ctx) {}

  /** Where answers are written, with room for so many bytes. */
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
