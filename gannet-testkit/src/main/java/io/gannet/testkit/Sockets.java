package io.gannet.testkit;

import java.net.Socket;
import java.net.SocketException;

/** What can be done with a socket without caring whether it still works. */
final class Sockets {
  private Sockets() {}

  static void close(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception e) {
      // It is gone, which is all that was wanted.
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
