package io.gannet.examples.mqtt;

/** The memory that all clients together may use, in bytes. Guarded by the broker's lock. */
final class Budget {

  private long left;

  Budget(long bytes) {
    this.left = bytes;
  }

  /** Returns whether there was room. */
  boolean take(long bytes) {
    if (bytes > left) {
      return false;
    }
    left -= bytes;
    return true;
  }

  void giveBack(long bytes) {
    left += bytes;
  }
}
