package io.gannet.transport.internal.loop;

import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * An event loop that never ends before its sessions and channels.
 *
 * <p>Netty (4.2.18) closes the channels of a loop that it sees shutting down, then runs the tasks
 * that wait, and ends. A shutdown that begins in between, while a task runs, ends the loop without
 * closing anything: the sockets stay open for as long as the process lives, and nobody is told.
 *
 * <p>So the channels are closed once more when Netty is done, which is before the last tasks are
 * run; and from the beginning of the shutdown on no channel is taken any more, because nothing
 * would close one that such a task brings.
 *
 * <p>Sessions are told first. They would learn it from their channels too late if those linger:
 * Netty closes them on another thread then, and the loop has ended when that wants to tell it.
 */
final class ChannelClosingLoop extends SingleThreadIoEventLoop {

  /**
   * Creates a loop.
   *
   * @param parent its group
   * @param executor starts its thread
   * @param handlers Netty's, of the kind of I/O
   * @param end ends the sessions of this loop, on its thread; may be called more than once
   */
  ChannelClosingLoop(
      IoEventLoopGroup parent,
      Executor executor,
      IoHandlerFactory handlers,
      Consumer<EventLoop> end) {
    super(parent, executor, new Ending(handlers, end));
  }

  @Override
  protected void run() {
    super.run();
    if (isShuttingDown()) {
      ioHandler().prepareToDestroy();
    }
  }

  /** Makes handlers that end sessions and refuse channels when their loop is shutting down. */
  private record Ending(IoHandlerFactory handlers, Consumer<EventLoop> end)
      implements IoHandlerFactory {

    @Override
    public IoHandler newHandler(ThreadAwareExecutor loop) {
      ChannelClosingLoop ours = (ChannelClosingLoop) loop;
      return new AroundIoHandler(handlers.newHandler(loop)) {
        @Override
        public IoRegistration register(IoHandle handle) throws Exception {
          if (ours.isShuttingDown()) {
            throw new RejectedExecutionException("this I/O thread is shutting down");
          }
          return handler.register(handle);
        }

        @Override
        public void prepareToDestroy() {
          end.accept(ours);
          super.prepareToDestroy();
        }
      };
    }

    @Override
    public boolean isChangingThreadSupported() {
      return handlers.isChangingThreadSupported();
    }
  }
}
