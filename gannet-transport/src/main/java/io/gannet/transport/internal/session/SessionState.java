package io.gannet.transport.internal.session;

/** The states of a session, in their order. States may be skipped. */
enum SessionState {
  /** Messages are sent and received. */
  OPEN,
  /** Received bytes are discarded; callbacks finish; sends are still accepted. */
  DRAINING,
  /**
   * The last callback has returned; no more messages are accepted, and the accepted ones are
   * written.
   */
  FLUSHING,
  /**
   * All bytes are written, and the peer knows that no more follow; this side waits for the peer's
   * end.
   */
  LINGERING,
  /** The connection is closed. */
  CLOSED
}
