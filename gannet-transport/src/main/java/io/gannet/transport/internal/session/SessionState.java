package io.gannet.transport.internal.session;

/** The states of a session, in the order in which it passes them; it may skip some. */
enum SessionState {
  /** Messages go both ways. */
  OPEN,
  /** Received bytes are thrown away; callbacks end; sends are still accepted. */
  DRAINING,
  /** The last callback has returned; nothing is accepted any more, what was accepted is written. */
  FLUSHING,
  /** All is written, and the peer knows that no more will come; its own end is awaited. */
  LINGERING,
  /** The connection is closed. */
  CLOSED
}
