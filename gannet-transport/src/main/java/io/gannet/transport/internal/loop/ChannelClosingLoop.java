package io.gannet.transport.internal.loop;

import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * An event loop that never ends before its channels.
 *
 * <p>Netty (4.2.18) closes the channels of a loop that it sees shutting down, then runs the tasks that
 * wait, and ends. A shutdown that begins in between, while a task runs, ends the loop without closing
 * anything: the sockets stay open for as long as the process lives, and nobody is told.
 *
 * <p>So the channels are closed once more when Netty is done, which is before the last tasks are run;
 * and from the beginning of the shutdown on no channel is taken any more, because nothing would close
 * one that such a task brings.
 */
final class ChannelClosingLoop extends SingleThreadIoEventLoop {

  ChannelClosingLoop(IoEventLoopGroup parent, Executor executor, IoHandlerFactory handlers) {
    super(parent, executor, new Refusing(handlers));
  }

  @Override
  protected void run() {
    super.run();
    if (isShuttingDown()) {
      ioHandler().prepareToDestroy();
    }
  }

  /** Makes handlers that refuse channels once their loop is shutting down. */
  private record Refusing(IoHandlerFactory handlers) implements IoHandlerFactory {

    @Override
    public IoHandler newHandler(ThreadAwareExecutor loop) {
      ChannelClosingLoop ours = (ChannelClosingLoop) loop;
      return new AroundIoHandler(handlers.newHandler(loop)) {
        @Override
        public IoRegistration register(IoHandle handle) throws Exception {
          if (ours.isShuttingDown()) {
            throw new RejectedExecutionException("this I/O thread is ending");
          }
          return handler.register(handle);
        }
      };
    }

    @Override
    public boolean isChangingThreadSupported() {
      return handlers.isChangingThreadSupported();
    }
  }
}
