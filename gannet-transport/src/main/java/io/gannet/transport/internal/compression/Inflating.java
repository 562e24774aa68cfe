package io.gannet.transport.internal.compression;

import io.gannet.transport.internal.session.Link;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.compression.DecompressionException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decompresses a raw DEFLATE stream, a piece at a time and never ahead of the session: a few bytes can
 * stand for very many, so when the session pauses reading the rest stays compressed until it goes on,
 * and when it takes nothing more, nothing more is decompressed.
 */
final class Inflating extends ChannelDuplexHandler {

  private static final int PIECE = 16 * 1024;

  private final Inflater inflater = new Inflater(true);
  private final Link link;

  /** What is still compressed; the first has been given to the inflater, but for what it has left. */
  private final Deque<ByteBuf> waiting = new ArrayDeque<>();

  private boolean inflating;
  private boolean endWaits;
  private boolean failed;
  private boolean removed;

  Inflating(Link link) {
    this.link = link;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf compressed = (ByteBuf) message;
    if (failed || link.isDiscarding() || !compressed.isReadable()) {
      compressed.release();
      return;
    }
    waiting.add(compressed);
    inflate(context);
  }

  /** The session wants to read again. */
  @Override
  public void read(ChannelHandlerContext context) {
    inflate(context);
    context.read();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE && !waiting.isEmpty()) {
      endWaits = true;
    } else {
      context.fireUserEventTriggered(event);
    }
  }

  private void inflate(ChannelHandlerContext context) {
    if (inflating || removed) {
      return; // what is being inflated has brought us here
    }
    inflating = true;
    try {
      while (!waiting.isEmpty() && !failed && !removed) {
        if (link.isDiscarding()) {
          releaseWaiting();
        } else if (!context.channel().config().isAutoRead()) {
          return;
        } else {
          inflatePiece(context, waiting.getFirst());
        }
      }
    } finally {
      inflating = false;
      if (removed) {
        end();
      }
    }
    if (endWaits && waiting.isEmpty()) {
      endWaits = false;
      context.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    }
  }

  private void inflatePiece(ChannelHandlerContext context, ByteBuf compressed) {
    ByteBuf out = context.alloc().buffer(PIECE);
    try {
      ByteBuffer in = compressed.nioBuffer();
      int before = in.remaining();
      inflater.setInput(in);
      ByteBuffer room = out.internalNioBuffer(0, out.writableBytes());
      int length = inflater.inflate(room);
      boolean filled = !room.hasRemaining(); // there may be more of it inside the inflater
      compressed.skipBytes(before - in.remaining());
      out.writerIndex(length);
      if (inflater.finished() && (compressed.isReadable() || waiting.size() > 1)) {
        throw new DataFormatException("more bytes follow after its end");
      }
      if (inflater.needsDictionary()) {
        throw new DataFormatException("it wants a dictionary");
      }
      if (!filled && !compressed.isReadable()) {
        waiting.removeFirst().release();
      } else if (length == 0 && before == compressed.readableBytes()) {
        throw new DataFormatException("it makes no progress");
      }
    } catch (DataFormatException e) {
      out.release();
      failed = true;
      releaseWaiting();
      context.fireExceptionCaught(
          new DecompressionException(
              "the peer's bytes are no DEFLATE stream: " + e.getMessage(), e));
      return;
    }
    if (out.isReadable()) {
      context.fireChannelRead(out);
    } else {
      out.release();
    }
  }

  private void releaseWaiting() {
    waiting.forEach(ByteBuf::release);
    waiting.clear();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    removed = true;
    if (!inflating) {
      end();
    }
  }

  private void end() {
    releaseWaiting();
    inflater.end();
  }
}
