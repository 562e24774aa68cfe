package io.gannet.transport.internal.session;

import io.gannet.transport.internal.loop.Sweeper;
import io.gannet.transport.internal.text.FailureLog;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Waits behind the layers of a connection until they have completed their handshakes. It serves one
 * connection; it is sharable only in Netty's sense, because {@link ProtocolChoice} moves it.
 */
@Sharable
final class HandshakeHandler extends ChannelInboundHandlerAdapter {

  private final SessionInstaller<?> installer;
  private final SessionHost<?> host;
  private final SessionSettings<?> settings;
  private @Nullable Future<?> timeout;
  private boolean ended;

  HandshakeHandler(
      SessionInstaller<?> installer, SessionHost<?> host, SessionSettings<?> settings) {
    this.installer = installer;
    this.host = host;
    this.settings = settings;
  }

  /** Called when the socket is connected and the layers start. */
  void begin(Channel channel) {
    host.establishing(channel);
    long nanos = settings.handshakeTimeout();
    if (nanos > 0) {
      long due = settings.time().nanoTime() + nanos;
      schedule(channel, nanos, () -> due(channel, due));
    }
  }

  private void schedule(Channel channel, long nanos, Runnable task) {
    timeout = settings.time().schedule(task, Duration.ofNanos(nanos), channel.eventLoop());
  }

  /**
   * Called when the handshake is due. If this call is late, the peer's answer couldn't be read
   * during that time either, so the handshake gets that time again.
   */
  private void due(Channel channel, long due) {
    long late = settings.time().nanoTime() - due;
    if (late > Sweeper.USUAL_DELAY && settings.time().passesByItself() && !ended) {
      schedule(channel, late, () -> timedOut(channel));
    } else {
      timedOut(channel);
    }
  }

  private void timedOut(Channel channel) {
    fail(
        channel,
        new HandshakeException(
            true,
            "the handshake did not end within %s (setting handshakeTimeout)"
                .formatted(Duration.ofNanos(settings.handshakeTimeout())),
            null));
  }

  private void fail(Channel channel, HandshakeException cause) {
    if (!ended) {
      end(channel);
      host.establishFailed(channel, cause);
      channel.close();
    }
  }

  private void end(Channel channel) {
    ended = true;
    host.established(channel);
    if (timeout != null) {
      timeout.cancel(false);
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    if (!ended) {
      end(context.channel());
      installer.install(context);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ReferenceCountUtil.release(message); // the connection has failed and is being closed
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE) {
      closedEarly(context.channel());
    } else if (event == Layer.Event.SERVED && !ended) {
      end(context.channel());
      context.channel().close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    closedEarly(context.channel());
  }

  private void closedEarly(Channel channel) {
    fail(
        channel,
        new HandshakeException(false, "the peer closed the connection in the handshake", null));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    fail(
        context.channel(),
        cause instanceof HandshakeException failure
            ? failure
            : new HandshakeException(
                false, "the handshake failed: " + FailureLog.text(cause), cause));
  }
}
