package io.gannet.transport.internal;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.net.SocketAddress;
import java.util.List;

/** One address that a server listens on. */
interface Listener {

  /** {@return the address with the real port, as users see it} */
  SocketAddress address();

  /** {@return the sockets} */
  List<? extends Channel> sockets();

  /**
   * Accepts no more peers, and closes the sockets that no session needs. Other sockets close with
   * the last of their sessions.
   *
   * @return futures that complete when this is done
   */
  List<? extends Future<?>> stop();

  /** {@return futures of the sockets being closed, which complete when their address is free} */
  List<? extends Future<?>> closing();
}
