package io.gannet.transport.internal.loop;

import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;

/** Linux's information about TCP connections. */
final class TcpState {

  private TcpState() {}

  /**
   * {@return whether an accepted connection was reset} It then has no peer address, getpeername(2).
   * {@code TCP_INFO} would show the same, but Netty's io_uring doesn't support it in the supported
   * version 4.2.15.
   */
  static boolean isReset(UnixChannel connection) {
    return new Socket(connection.fd().intValue()).remoteAddress() == null;
  }
}
