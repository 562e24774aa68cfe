package io.gannet.transport.internal.session;

import io.gannet.transport.internal.loop.LoopContext;
import io.gannet.transport.internal.loop.NettyEventLoops;
import io.netty.channel.EventLoop;

/**
 * The objects that the sessions of one event loop share.
 *
 * @param context the objects that everything on the loop shares
 * @param turnFlushes writes what callbacks on the loop have sent
 */
record SessionLoop(LoopContext context, FlushCoalescer turnFlushes) {

  /** {@return the objects that the sessions of a loop share; called on the loop} */
  static SessionLoop of(EventLoop loop, NettyEventLoops loops) {
    LoopContext context = loops.context(loop);
    return context.local(
        SessionLoop.class, () -> new SessionLoop(context, new FlushCoalescer(loop)));
  }
}
