package io.gannet.transport;

/** How bytes are moved. */
public enum Io {
  /** epoll on Linux, kqueue on macOS, and NIO where neither can be loaded. The default. */
  AUTO,
  /** The JDK's selectors, everywhere. */
  NIO,
  /** Linux epoll. */
  EPOLL,
  /** macOS and BSD kqueue. */
  KQUEUE,
  /**
   * Linux io_uring; needs a kernel of 5.14 or newer that allows it, and Netty's native jar for it,
   * which {@code gannet-natives} brings.
   */
  IO_URING
}
