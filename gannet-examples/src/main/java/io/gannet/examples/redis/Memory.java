package io.gannet.examples.redis;

import java.util.concurrent.atomic.AtomicLong;

/** What clients may have the server keep, in bytes: keys with their values, and channels. */
final class Memory {

  /** What an entry costs besides its bytes, roughly. */
  static final int OVERHEAD = 160;

  private final long max;
  private final AtomicLong used = new AtomicLong();

  Memory(long max) {
    this.max = max;
  }

  /**
   * Takes room, or gives it back.
   *
   * @param bytes how much more; negative for less
   * @throws CommandException if there is no room
   */
  void take(long bytes) {
    if (used.addAndGet(bytes) > max && bytes > 0) {
      used.addAndGet(-bytes);
      throw new CommandException("OOM command not allowed when used memory > 'maxmemory'.");
    }
  }
}
