package io.gannet.transport.internal.session;

/** What became of a message that was offered. */
enum Offer {
  /** Accepted; somebody else sees to the flush. */
  ACCEPTED,
  /** Accepted; somebody else sees to the flush, but more than the low limit waits already. */
  ACCEPTED_BEHIND,
  /** Accepted; the caller must see to a flush. */
  ACCEPTED_FLUSH_OWED,
  /** Not accepted: the queue is full. */
  FULL,
  /** Not accepted: nothing is accepted any more. */
  SEALED
}
