package io.gannet.transport.internal;

import java.util.Objects;

/** Checks and prints hosts and ports. */
final class Addresses {

  private Addresses() {}

  /** Checks what a user gave as an address. */
  static void check(String host, int port, int lowestPort) {
    Objects.requireNonNull(host, "host");
    if (port < lowestPort || port > 65_535) {
      throw new IllegalArgumentException(
          "port must be %d to 65535: %d".formatted(lowestPort, port));
    }
  }

  /** {@return host and port as one writes them} */
  static String format(String host, int port) {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
