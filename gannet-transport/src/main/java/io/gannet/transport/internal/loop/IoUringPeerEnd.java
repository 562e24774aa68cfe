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
 * Tells channels of io_uring what Netty (4.2.18) misses when the peer ends its side or the
 * connection.
 *
 * <p><b>Writes.</b> When a socket takes no more, Netty asks the kernel to tell when it is writable
 * again. The kernel answers such a question also when the peer has sent its FIN, whether the socket
 * is writable or not. Netty looks for "writable" in the answer, doesn't find it, and goes on
 * waiting for an answer that it has had already: what remains is never written, though the peer
 * would read it. Epoll has a trouble of its own there, see {@link EpollHalfClosure}. So whenever
 * the kernel tells of the FIN and nothing else, this has the channel try to write again a little
 * later. A channel that has nothing to write, or is not waiting, is not disturbed by that.
 *
 * <p><b>Reads.</b> Once the kernel has told that the peer's side has ended, it tells nothing more,
 * and Netty reads on until it has seen how. But it stops at a read after which the kernel counts no
 * more bytes, and behind the last byte there may be a reset, which counts as none: the connection
 * is never closed. So whenever bytes have been read after that, this has the channel read again.
 */
final class IoUringPeerEnd extends AroundIoHandler {

  /** Short for who waits, and long enough not to keep a processor busy while a peer is slow. */
  private static final long RETRY_MILLIS = 1;

  // From the kernel's interface.
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
   * Puts this in front of Netty's handlers.
   *
   * @param factory makes handlers for io_uring
   */
  static IoHandlerFactory around(IoHandlerFactory factory) {
    return new IoHandlerFactory() {
      @Override
      public IoHandler newHandler(ThreadAwareExecutor loop) {
        // Every event loop of Netty's is one.
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

  /** A channel whose answers from the kernel are looked at. Used on its loop only. */
  @SuppressWarnings("try") // close throws what the channel's does
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
        // Like an answer of a question that stands: it disturbs nothing that Netty waits for.
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
