package io.gannet.transport.internal;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.net.SocketAddress;
import java.util.List;

/** One address that a server listens on. */
interface Listener {

  /** {@return the address with what the operating system has chosen, as users see it} */
  SocketAddress address();

  /** {@return its sockets} */
  List<? extends Channel> sockets();

  /**
   * Takes no more peers, and closes the sockets that no session needs any more; the others close with the
   * last of their sessions.
   *
   * @return complete when that is done
   */
  List<? extends Future<?>> stop();

  /** {@return of those sockets that are being closed, complete when their address is free for others} */
  List<? extends Future<?>> closing();
}
