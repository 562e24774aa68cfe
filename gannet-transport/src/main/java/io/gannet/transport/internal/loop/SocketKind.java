package io.gannet.transport.internal.loop;

/** The kinds of sockets that carry streams. */
public enum SocketKind {
  /** TCP over IPv4 and IPv6. */
  TCP
}
