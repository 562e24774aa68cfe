package io.gannet.testkit;

import java.net.Socket;
import java.net.SocketException;

/** Socket operations that ignore whether the socket still works. */
final class Sockets {
  private Sockets() {}

  static void close(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception e) {
      // The socket is closed, which is the goal.
    }
  }

  static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
    } catch (SocketException e) {
      // Already closed.
    }
    close(socket);
  }
}
