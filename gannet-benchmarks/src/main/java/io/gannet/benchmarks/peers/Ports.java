package io.gannet.benchmarks.peers;

import java.io.IOException;
import java.net.ServerSocket;

/** Finds free ports, for libraries that don't report their port. */
final class Ports {

  private Ports() {}

  static int free() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
