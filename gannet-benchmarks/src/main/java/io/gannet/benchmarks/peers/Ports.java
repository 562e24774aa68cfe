package io.gannet.benchmarks.peers;

import java.io.IOException;
import java.net.ServerSocket;

/** For libraries that can't be asked for the port they took. */
final class Ports {

  private Ports() {}

  static int free() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
