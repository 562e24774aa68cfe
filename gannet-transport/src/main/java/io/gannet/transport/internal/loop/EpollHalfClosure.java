package io.gannet.transport.internal.loop;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.util.concurrent.ThreadAwareExecutor;

/**
 * Lets writes over epoll go on after the peer has ended its side of the connection.
 *
 * <p>Netty waits for nothing more on such a socket while it has nothing to write, and takes a
 * socket on which it waits for nothing out of the epoll set. When the socket takes no more later
 * on, Netty (4.2.18) changes what it waits for, but the kernel doesn't know the socket any more;
 * that fails, and with it the write and the connection. What the peer had asked for before it said
 * that it was done would be lost.
 *
 * <p>So "nothing" is turned into "nothing, and tell me of an error once", which keeps the socket in
 * the set.
 */
final class EpollHalfClosure extends AroundIoHandler {

  private EpollHalfClosure(IoHandler handler) {
    super(handler);
  }

  /**
   * Puts this in front of Netty's handlers.
   *
   * @param factory makes handlers for epoll
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
    @SuppressWarnings("TypeParameterUnusedInFormals") // as Netty has it
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
