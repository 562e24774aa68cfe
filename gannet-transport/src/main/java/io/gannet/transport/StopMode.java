package io.gannet.transport;

/** The ways to stop a session, a server or a client. */
public enum StopMode {
  /** Aborts: queued data is discarded in both directions. */
  NOW,
  /**
   * Stops reading, waits for running callbacks, sends all queued data, and closes. The call returns
   * without waiting.
   */
  DRAIN,
  /**
   * The same as {@link #DRAIN}, but the call waits until it is done or the grace period has ended.
   */
  DRAIN_AND_WAIT
}
