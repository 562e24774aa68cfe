package io.gannet.transport.internal.loop;

/** The kinds of sockets. */
public enum SocketKind {
  /** TCP over IPv4 and IPv6. */
  TCP,
  /** Unix domain sockets, by a path or, on Linux, an abstract name. */
  UNIX,
  /** UDP over IPv4 and IPv6. */
  UDP
}
