package io.gannet.transport.internal.tls;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Holds a connection until files have been looked at. Nothing more is read from the socket; what a
 * layer before has read already is kept.
 */
final class TlsPause extends ChannelDuplexHandler {

  private final Queue<Object> kept = new ArrayDeque<>();
  private @Nullable ChannelHandlerContext context;
  private boolean wantsRead;
  private boolean removed;

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
  }

  @Override
  public void channelRead(ChannelHandlerContext from, Object message) {
    kept.add(message);
  }

  @Override
  public void read(ChannelHandlerContext from) {
    wantsRead = true;
  }

  /**
   * Lets everything through, and goes; does nothing if the connection has ended in the meantime. On
   * the loop.
   *
   * @param before what to do first
   */
  void end(Runnable before) {
    if (removed) {
      return;
    }
    ChannelHandlerContext here = Objects.requireNonNull(context);
    try {
      before.run();
    } catch (RuntimeException e) {
      here.fireExceptionCaught(e);
      return;
    }
    boolean any = !kept.isEmpty();
    for (Object message = kept.poll(); message != null; message = kept.poll()) {
      here.fireChannelRead(message);
    }
    if (any) {
      here.fireChannelReadComplete();
    }
    boolean reads = wantsRead;
    here.pipeline().remove(this);
    if (reads) {
      here.channel().read();
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext from) {
    removed = true;
    kept.forEach(ReferenceCountUtil::release);
    kept.clear();
  }
}
