package io.gannet.transport;

/** The mechanisms of I/O. */
public enum Io {
  /** epoll on Linux, kqueue on macOS, and NIO if neither can be loaded. The default. */
  AUTO,
  /** The JDK's selectors, on all platforms. */
  NIO,
  /** Linux epoll. */
  EPOLL,
  /** macOS and BSD kqueue. */
  KQUEUE,
  /**
   * Linux io_uring. Needs Linux 5.14 or newer with io_uring enabled, and Netty's native library for
   * it, which {@code gannet-natives} includes.
   */
  IO_URING
}
