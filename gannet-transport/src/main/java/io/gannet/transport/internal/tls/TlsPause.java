package io.gannet.transport.internal.tls;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Pauses a connection until files have been checked. The socket is not read; data that an earlier
 * layer has read is kept.
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
   * Passes all data on, and removes itself. Has no effect if the connection has ended meanwhile.
   * Called on the loop.
   *
   * @param before an action to run first
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
