package io.gannet.transport;

/**
 * What sending does when a session's outbound queue is full: when at least the high limit waits, and
 * until no more than the low limit does.
 */
public enum QueuePolicy {
  /**
   * Waits until there is room, at most for the write timeout, and then fails with {@link
   * SendTimeoutException}. On an I/O thread, which must never wait, it fails at once.
   */
  BLOCK,
  /** Fails with {@link QueueFullException}. */
  FAIL,
  /** Drops the message silently, and counts it in {@link SessionStats#messagesDropped()}. */
  DROP,
  /** Closes the session with {@link CloseReason.Kind#QUEUE_FULL} and fails. */
  CLOSE
}
