package io.gannet.transport.internal.loop;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.util.concurrent.ThreadAwareExecutor;

/**
 * Lets writes over epoll continue after the peer has ended its side of the connection.
 *
 * <p>After that, Netty is interested in no further events while there is nothing to write, and
 * removes such a socket from the epoll set. When the socket later accepts no more data, Netty
 * (4.2.18) modifies the interest of a socket that the kernel no longer knows. That fails, and with
 * it the write and the connection. The responses to requests that the peer had sent before it ended
 * its side would be lost.
 *
 * <p>Therefore "no events" is replaced by "one report of an error", which keeps the socket in the
 * set.
 */
final class EpollHalfClosure extends AroundIoHandler {

  private EpollHalfClosure(IoHandler handler) {
    super(handler);
  }

  /**
   * Wraps Netty's handlers.
   *
   * @param factory creates handlers for epoll
   */
  static IoHandlerFactory around(IoHandlerFactory factory) {
    return new IoHandlerFactory() {
      @Override
      public IoHandler newHandler(ThreadAwareExecutor loop) {
        return new EpollHalfClosure(factory.newHandler(loop));
      }

      @Override
      public boolean isChangingThreadSupported() {
        return factory.isChangingThreadSupported();
      }
    };
  }

  @Override
  public IoRegistration register(IoHandle handle) throws Exception {
    return new Kept(handler.register(handle));
  }

  /** A socket that stays in the epoll set until it is closed. */
  private static final class Kept implements IoRegistration {

    private final IoRegistration registration;
    private boolean added;

    Kept(IoRegistration registration) {
      this.registration = registration;
    }

    @Override
    public long submit(IoOps ops) {
      if (!EpollIoOps.NONE.equals(ops)) {
        added = true;
        return registration.submit(ops);
      }
      return added ? registration.submit(EpollIoOps.EPOLLET) : 0;
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // as in Netty's signature
    public <T> T attachment() {
      return registration.attachment();
    }

    @Override
    public boolean isValid() {
      return registration.isValid();
    }

    @Override
    public boolean cancel() {
      return registration.cancel();
    }
  }
}
