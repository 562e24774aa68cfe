package io.gannet.transport.internal.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import org.jspecify.annotations.Nullable;

/**
 * The pings of one connection and their answers. At most one pong is being written, and one more
 * waits, for the last ping: RFC 6455, section 5.5.3. Used on the connection's loop only.
 */
final class Pings {

  /** The last pong, which may still be on its way out. */
  private @Nullable ChannelFuture pong;

  /** The payload of the last unanswered ping. */
  private @Nullable ByteBuf waiting;

  /** The last ping of this side. */
  private @Nullable ChannelFuture ping;

  /** Sends a ping, unless the previous one hasn't been written yet. */
  void ask(ChannelHandlerContext to) {
    if (ping == null || ping.isDone()) {
      ping = to.writeAndFlush(new PingWebSocketFrame(Unpooled.EMPTY_BUFFER));
    }
  }

  /** {@return whether a pong is being written that the peer hasn't taken yet} */
  boolean isAnswering() {
    return pong != null && !pong.isDone();
  }

  /** Called when a ping has arrived. */
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

  /** Stops answering. */
  void drop() {
    if (waiting != null) {
      waiting.release();
      waiting = null;
    }
  }
}
