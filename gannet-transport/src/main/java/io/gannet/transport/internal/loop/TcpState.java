package io.gannet.transport.internal.loop;

import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;

/** What Linux knows of TCP connections. */
final class TcpState {

  private TcpState() {}

  /**
   * {@return whether an accepted connection was reset} It has no peer any more then,
   * getpeername(2). {@code TCP_INFO} says the same, but Netty's io_uring doesn't show it in 4.2.15,
   * which is taken, too.
   */
  static boolean isReset(UnixChannel connection) {
    return new Socket(connection.fd().intValue()).remoteAddress() == null;
  }
}
