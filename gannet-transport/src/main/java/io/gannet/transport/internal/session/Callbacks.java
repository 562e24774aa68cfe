package io.gannet.transport.internal.session;

import io.gannet.transport.CloseReason;

/**
 * Brings the events of one session to its listener, in order and one at a time. All methods but
 * {@link #runsOn} and {@link #defersFlush} are called on the session's loop.
 */
interface Callbacks<M> {

  /** The session has opened; the first event. */
  void open();

  /** Messages are about to be decoded. */
  void beginRead();

  /** A message has been decoded. Reaches the listener at the latest at {@link #endOfRead}. */
  void message(M message);

  /**
   * Messages of a read that isn't at its end have been decoded. For reads that may bring more than they
   * seem to, because what came was compressed.
   *
   * @param bytes how many bytes they were
   */
  void decoded(int bytes);

  /**
   * All messages of one read have been decoded.
   *
   * @param bytes how many bytes they were, but for those that {@link #decoded} was told of
   */
  void endOfRead(int bytes);

  /** Something failed. */
  void error(Throwable error);

  /** The cron period has passed. Ignored while an earlier one has not been served. */
  void cron();

  /**
   * Runs an action on the loop after every callback for an event so far has returned.
   *
   * @param action what to run
   */
  void afterAll(Runnable action);

  /** Events that have not reached the listener yet, and messages still to come, never will. Called on any thread. */
  void discard();

  /** The session has closed; the last event. */
  void close(CloseReason reason);

  /** {@return how many events wait for the listener} */
  int waiting();

  /**
   * Undertakes to flush soon what this thread has sent.
   *
   * @param sender the current thread
   * @return false if nobody does, and the session must
   */
  boolean defersFlush(Thread sender);

  /**
   * {@return whether a callback is running on this thread}
   *
   * @param thread the thread
   */
  boolean runsOn(Thread thread);
}
