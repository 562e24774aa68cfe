package io.gannet.transport.internal.loop;

import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.uring.IoUringIoEvent;
import io.netty.channel.uring.IoUringIoHandle;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Notifies io_uring channels of events that Netty (4.2.18) misses when the peer ends its side or
 * the connection.
 *
 * <p><b>Writes.</b> When a socket accepts no more data, Netty polls the kernel for writability. The
 * kernel also completes such a poll when the peer has sent its FIN, whether or not the socket is
 * writable. Netty doesn't find "writable" in the result, but continues to wait for it. The
 * remaining data is never written, although the peer would read it. Epoll has a different problem
 * there, see {@link EpollHalfClosure}. Therefore, when the kernel reports only the FIN, this class
 * makes the channel try to write again a little later. This doesn't affect a channel that has
 * nothing to write or isn't waiting.
 *
 * <p><b>Reads.</b> After the kernel has reported the end of the peer's side, it reports nothing
 * more, and Netty reads on until it has seen the kind of end. However, it stops at a read after
 * which the kernel counts no more bytes. A reset may follow the last byte without counting as a
 * byte, and then the connection is never closed. Therefore this class makes the channel read again
 * whenever bytes have been read after the report.
 */
final class IoUringPeerEnd extends AroundIoHandler {

  /**
   * Short enough for a waiting writer, and long enough not to keep a processor busy while a peer is
   * slow.
   */
  private static final long RETRY_MILLIS = 1;

  // A constant of the kernel's interface.
  private static final byte POLL_ADD = 6;
  private static final byte RECV = 27;
  private static final int MORE_FOLLOWS = 1 << 1;
  private static final int POLLIN = 0x1;
  private static final int POLLOUT = 0x4;
  private static final int POLLRDHUP = 0x2000;

  private final EventExecutor loop;

  private IoUringPeerEnd(IoHandler handler, EventExecutor loop) {
    super(handler);
    this.loop = loop;
  }

  /**
   * Wraps Netty's handlers.
   *
   * @param factory creates handlers for io_uring
   */
  static IoHandlerFactory around(IoHandlerFactory factory) {
    return new IoHandlerFactory() {
      @Override
      public IoHandler newHandler(ThreadAwareExecutor loop) {
        // Every event loop of Netty is an EventExecutor.
        return new IoUringPeerEnd(factory.newHandler(loop), (EventExecutor) loop);
      }

      @Override
      public boolean isChangingThreadSupported() {
        return factory.isChangingThreadSupported();
      }
    };
  }

  @Override
  public IoRegistration register(IoHandle handle) throws Exception {
    return handler.register(new Watched((IoUringIoHandle) handle, loop));
  }

  /** A channel whose completions from the kernel are inspected. Used only on its loop. */
  @SuppressWarnings("try") // close throws the channel's exceptions
  private static final class Watched implements IoUringIoHandle {

    private final IoUringIoHandle channel;
    private final EventExecutor loop;
    private boolean retryScheduled;
    private boolean peerEnded;
    private boolean gone;

    Watched(IoUringIoHandle channel, EventExecutor loop) {
      this.channel = channel;
      this.loop = loop;
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
      IoUringIoEvent completion = (IoUringIoEvent) event;
      boolean poll = completion.opcode() == POLL_ADD && completion.res() > 0;
      boolean onlyFin = poll && (completion.res() & (POLLRDHUP | POLLIN | POLLOUT)) == POLLRDHUP;
      boolean hasRead = completion.opcode() == RECV && completion.res() > 0;
      peerEnded |= poll && (completion.res() & POLLRDHUP) != 0;
      channel.handle(registration, event);
      if (onlyFin && !retryScheduled) {
        retryScheduled = true;
        loop.schedule(() -> retry(registration), RETRY_MILLIS, TimeUnit.MILLISECONDS);
      }
      if (hasRead && peerEnded && !gone) {
        // Looks like a completion of a pending poll, which doesn't affect anything that Netty waits
        // for.
        channel.handle(registration, new IoUringIoEvent(POLLIN, MORE_FOLLOWS, POLL_ADD, 0L));
      }
    }

    private void retry(IoRegistration registration) {
      retryScheduled = false;
      if (!gone) {
        channel.handle(registration, new IoUringIoEvent(POLLOUT, 0, POLL_ADD, 0L));
      }
    }

    @Override
    public void registered() {
      channel.registered();
    }

    @Override
    public void unregistered() {
      gone = true;
      channel.unregistered();
    }

    @Override
    public void close() throws Exception {
      channel.close();
    }
  }
}
