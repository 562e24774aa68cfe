package io.gannet.grpc.internal;

import io.gannet.transport.CloseReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** How a connection ends gracefully: what the peer is told, and when. Used on its loop only. */
final class GracefulClose {

  /** The content of the ping between the two steps. */
  private static final long PING = 0x67616e6e65742e31L;

  private final GrpcConnection connection;

  private boolean begun;
  private boolean pinged;
  private boolean lastCallTold;

  /** Completes when everything has been written; null unless the session is about to end. */
  private @Nullable ChannelPromise written;

  GracefulClose(GrpcConnection connection) {
    this.connection = connection;
  }

  private ChannelHandlerContext context() {
    return connection.context();
  }

  /**
   * Tells the peer to make no more calls. First all streams are allowed, because some may be on
   * their way. When the ping has been answered, everything that was sent before has arrived.
   */
  void begin(CharSequence text) {
    if (begun) {
      return;
    }
    begun = true;
    if (!connection.connection().isServer()) { // its peer makes no calls
      goAway(lastStream(), Http2Error.NO_ERROR, text);
      pinged = true;
      sendLastCallIfDue();
    } else {
      goAway(Integer.MAX_VALUE, Http2Error.NO_ERROR, text);
      connection.encoder().writePing(context(), false, PING, context().newPromise());
    }
  }

  /** Called when a ping has been answered. */
  void pinged(long data) {
    if (data == PING && begun && !pinged) {
      pinged = true;
      goAway(lastStream(), Http2Error.NO_ERROR, "");
      sendLastCallIfDue();
    }
  }

  /** {@return whether only requests that are incomplete hold up the end} */
  boolean awaitsRequests() {
    return pinged && !lastCallTold;
  }

  /** Tells the session that no more calls follow, once it knows all of them. */
  void sendLastCallIfDue() {
    if (pinged && !lastCallTold && !connection.receiver().isCollecting()) {
      lastCallTold = true;
      connection.emit(connection.message(Message.LAST_CALL, 0));
    }
  }

  int lastStream() {
    return connection.connection().remote().lastStreamCreated();
  }

  /** Sends a GOAWAY, unless the peer has been told the same. */
  void goAway(int lastStream, Http2Error code, CharSequence text) {
    Http2Connection http2 = connection.connection();
    ByteBuf content = Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    try {
      if (http2.goAwaySent(lastStream, code.code(), content)) {
        connection
            .encoder()
            .frameWriter()
            .writeGoAway(
                context(), lastStream, code.code(), content.retain(), context().newPromise());
      }
    } catch (Http2Exception e) {
      // The last stream may not increase: the peer knows a smaller one.
    } finally {
      content.release();
    }
  }

  /** Sends the last GOAWAY when everything has been written. */
  ChannelFuture farewell(CloseReason why) {
    ChannelPromise sent = context().newPromise();
    if (connection.sender().waiting() == 0
        || connection.hasFailed()
        || connection.isAbandoned()
        || why.kind() == CloseReason.Kind.CONNECTION_LOST) {
      sendLastGoAway(why, sent);
    } else {
      ChannelPromise waits = context().newPromise();
      written = waits;
      waits.addListener(all -> sendLastGoAway(why, sent));
    }
    return sent;
  }

  /** Called when nothing waits to be written, or nothing more can be. */
  void allWritten() {
    if (written != null) {
      written.trySuccess();
    }
  }

  /** Sends the last GOAWAY. */
  void sendLastGoAway(CloseReason why, ChannelPromise sent) {
    if (why.kind() != CloseReason.Kind.CONNECTION_LOST) {
      goAway(
          lastStream(),
          connection.error(),
          why.kind() == CloseReason.Kind.DECODE_FAILED ? why.message() : "");
    }
    context().writeAndFlush(Unpooled.EMPTY_BUFFER, sent);
  }
}
