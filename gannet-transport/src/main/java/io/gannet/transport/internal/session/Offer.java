package io.gannet.transport.internal.session;

/** The result of offering a message to the queue. */
enum Offer {
  /** Accepted; a flush is already scheduled. */
  ACCEPTED,
  /** Accepted; a flush is already scheduled, but more bytes than the low limit are queued. */
  ACCEPTED_BEHIND,
  /** Accepted; the caller must schedule a flush. */
  ACCEPTED_FLUSH_OWED,
  /** Not accepted: the queue is full. */
  FULL,
  /** Not accepted: the queue is closed. */
  SEALED
}
