package io.gannet.transport.internal.session;

import io.gannet.transport.internal.loop.LoopContext;
import io.gannet.transport.internal.loop.NettyEventLoops;
import io.netty.channel.EventLoop;

/**
 * What the sessions of one event loop share.
 *
 * @param context what they share with all else on the loop
 * @param turnFlushes writes what callbacks on the loop have sent
 */
record SessionLoop(LoopContext context, FlushCoalescer turnFlushes) {

  /** {@return what the sessions of a loop share; called on the loop} */
  static SessionLoop of(EventLoop loop, NettyEventLoops loops) {
    LoopContext context = loops.context(loop);
    return context.local(
        SessionLoop.class, () -> new SessionLoop(context, new FlushCoalescer(loop)));
  }
}
