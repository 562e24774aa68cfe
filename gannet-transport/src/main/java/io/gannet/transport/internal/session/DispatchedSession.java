package io.gannet.transport.internal.session;

import io.gannet.transport.CloseReason;
import io.gannet.transport.Session;
import io.gannet.transport.internal.text.FailureLog;

/** What those who call a session's listener ask of it. */
interface DispatchedSession<M> extends Session<M> {

  /** {@return who hears of callbacks} */
  Observers observers();

  /** {@return where to log what the listener throws} */
  FailureLog failures();

  /** {@return whether a failure of the listener ends the session} */
  boolean closesOnListenerFailure();

  /** {@return how many messages may wait for the listener} */
  int inboundMessages();

  /** {@return how many bytes messages may have come from that wait for the listener} */
  int inboundBytes();

  /**
   * Runs something on the session's loop: at once if this is its thread.
   *
   * @param action what to run; not run if the loop has ended
   */
  void onLoop(Runnable action);

  /**
   * Runs something on the session's loop, once that is done with what it does now.
   *
   * @param action what to run
   */
  void later(Runnable action);

  /** Flushes what callbacks have put off. Called on any thread. */
  void flushNow();

  /**
   * A stretch of work on the loop begins; what is sent in it leaves together, with what others of the
   * same turn have sent. Called on the loop.
   *
   * @return whether it is not inside another; only then the caller ends it
   */
  boolean beginRun();

  /** Ends a stretch of work on the loop. Called on the loop. */
  void endRun();

  /** Reads no more for a while. Called on the loop. */
  void pauseReading();

  /** Reads again. Called on the loop. */
  void resumeReading();

  /**
   * The user's executor refuses to run callbacks. Called on any thread.
   *
   * @param cause what it threw
   */
  void dispatchFailed(Throwable cause);

  /**
   * The listener's onOpen threw. Called on the thread that ran it.
   *
   * @param cause what it threw
   */
  void refused(Throwable cause);

  /**
   * Another callback threw, and that is to be the end of the session. Called on the thread that ran it.
   *
   * @param callback which
   * @param cause what it threw
   */
  void listenerFailed(String callback, Throwable cause);

  /** The listener's onOpen has returned. Called on the thread that ran it. */
  void opened();

  /**
   * The listener's onClose has returned. Called on the thread that ran it.
   *
   * @param why why the session closed
   */
  void closed(CloseReason why);
}
