package io.gannet.transport.internal.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import org.jspecify.annotations.Nullable;

/**
 * The pings of one connection and their answers. At most one pong is being written, and one more waits, for the last
 * ping: RFC 6455, section 5.5.3. Used on the connection's loop only.
 */
final class Pings {

  /** The last pong, which may still be on its way out. */
  private @Nullable ChannelFuture pong;

  /** What the last ping that has not been answered held. */
  private @Nullable ByteBuf waiting;

  /** The last ping of this side. */
  private @Nullable ChannelFuture ping;

  /** Asks the peer for a sign of life, unless it has been asked and has not taken that yet. */
  void ask(ChannelHandlerContext to) {
    if (ping == null || ping.isDone()) {
      ping = to.writeAndFlush(new PingWebSocketFrame(Unpooled.EMPTY_BUFFER));
    }
  }

  /** {@return whether an answer is being written that the peer has not taken yet} */
  boolean isAnswering() {
    return pong != null && !pong.isDone();
  }

  /** A ping has come. */
  void received(ChannelHandlerContext to, ByteBuf content) {
    if (isAnswering()) {
      drop();
      waiting = content.retain();
    } else {
      pong(to, content.retain());
    }
  }

  private void pong(ChannelHandlerContext to, ByteBuf content) {
    pong = to.writeAndFlush(new PongWebSocketFrame(content));
    if (!pong.isDone()) {
      pong.addListener(done -> {
        ByteBuf next = waiting;
        if (next != null && done.isSuccess()) {
          waiting = null;
          pong(to, next);
        }
      });
    }
  }

  /** Nothing is answered any more. */
  void drop() {
    if (waiting != null) {
      waiting.release();
      waiting = null;
    }
  }
}
