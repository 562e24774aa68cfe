package io.gannet.examples.redis;

import java.util.concurrent.atomic.AtomicLong;

/** The memory that all clients together may use, in bytes: keys with their values, and channels. */
final class Memory {

  /** The approximate overhead of an entry. */
  static final int OVERHEAD = 160;

  private final long max;
  private final AtomicLong used = new AtomicLong();

  Memory(long max) {
    this.max = max;
  }

  /**
   * Allocates or releases memory.
   *
   * @param bytes the number of bytes to allocate; negative to release
   * @throws CommandException if there is not enough memory
   */
  void take(long bytes) {
    if (used.addAndGet(bytes) > max && bytes > 0) {
      used.addAndGet(-bytes);
      throw new CommandException("OOM command not allowed when used memory > 'maxmemory'.");
    }
  }
}
