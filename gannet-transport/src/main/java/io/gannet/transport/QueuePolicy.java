package io.gannet.transport;

/**
 * What a send does when the session's outbound queue is full. The queue becomes full at the high
 * limit, and stays full until at most the low limit waits, see
 * {@link EndpointBuilder#outboundQueue}.
 */
public enum QueuePolicy {
  /**
   * Waits for room, at most for the {@link EndpointBuilder#writeTimeout write timeout}, and then
   * throws {@link SendTimeoutException}. On an I/O thread, which must never wait, it throws
   * {@link QueueFullException} at once.
   */
  BLOCK,
  /** Throws {@link QueueFullException}. */
  FAIL,
  /** Drops the message silently, and counts it in {@link SessionStats#messagesDropped()}. */
  DROP,
  /**
   * Closes the session with {@link CloseReason.Kind#QUEUE_FULL} and throws
   * {@link QueueFullException}.
   */
  CLOSE
}
