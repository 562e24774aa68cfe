package io.gannet.transport;

/** How a session, a server or a client stops. */
public enum StopMode {
  /** Cuts: what is queued, in and out, is thrown away. */
  NOW,
  /**
   * Stops reading, lets running callbacks end, sends everything that is queued, then closes; and
   * returns without waiting for it.
   */
  DRAIN,
  /** The same, and waits until it is done or the grace period has ended. */
  DRAIN_AND_WAIT
}
