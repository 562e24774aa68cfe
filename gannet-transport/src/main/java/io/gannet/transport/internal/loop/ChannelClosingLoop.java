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
 * <p>Netty (4.2.18) closes the channels of a loop that is shutting down, then runs the waiting
 * tasks, and ends. If a shutdown starts in between, while a task runs, the loop ends without
 * closing its channels: the sockets stay open as long as the process lives, without any
 * notification.
 *
 * <p>Therefore the channels are closed once more after Netty's shutdown, before the last tasks run.
 * From the start of the shutdown on, no channels are accepted, because a channel that such a task
 * registers would never be closed.
 *
 * <p>Sessions are notified first. A channel that lingers is closed on another thread, and the loop
 * has already ended when that thread reports the close to the session.
 */
final class ChannelClosingLoop extends SingleThreadIoEventLoop {

  /**
   * Creates a loop.
   *
   * @param parent the group of the loop
   * @param executor starts its thread
   * @param handlers Netty's handlers for the kind of I/O
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

  /** Creates handlers that end sessions and refuse channels while their loop is shutting down. */
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
