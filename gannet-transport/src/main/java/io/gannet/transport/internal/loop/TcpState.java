package io.gannet.transport.internal.loop;

/** The states of TCP connections, as Linux numbers them in {@code TCP_INFO}. */
final class TcpState {

  private static final int CLOSE = 7;

  private TcpState() {}

  /** {@return whether neither side can send any more; for a connection that this side holds, that it was reset} */
  static boolean isClosed(int state) {
    return state == CLOSE;
  }
}
