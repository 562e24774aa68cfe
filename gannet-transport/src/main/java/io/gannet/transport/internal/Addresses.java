package io.gannet.transport.internal;

import java.util.Objects;

/** Checks and prints hosts and ports. */
final class Addresses {

  private Addresses() {}

  /** Checks a configured host and port. */
  static void check(String host, int port, int lowestPort) {
    Objects.requireNonNull(host, "host");
    if (port < lowestPort || port > 65_535) {
      throw new IllegalArgumentException(
          "port must be %d to 65535: %d".formatted(lowestPort, port));
    }
  }

  /** Checks the configured name of a Unix socket. */
  static void checkUnix(String name) {
    Objects.requireNonNull(name, "name");
    if (name.isEmpty() || name.equals("@") || name.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "the name of a Unix socket must be a path, or an abstract name after an @");
    }
  }

  /** {@return host and port in the usual notation} */
  static String format(String host, int port) {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
