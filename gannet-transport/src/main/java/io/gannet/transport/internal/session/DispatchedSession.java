package io.gannet.transport.internal.session;

import io.gannet.transport.CloseReason;
import io.gannet.transport.Session;
import io.gannet.transport.internal.text.FailureLog;

/** A session as seen by its callbacks. */
interface DispatchedSession<M> extends Session<M> {

  /** {@return the observers of callbacks} */
  Observers observers();

  /** {@return the log for exceptions of the listener} */
  FailureLog failures();

  /** {@return whether a failure of the listener ends the session} */
  boolean closesOnListenerFailure();

  /** {@return the maximum number of messages that wait for the listener} */
  int inboundMessages();

  /** {@return the maximum number of received bytes whose messages wait for the listener} */
  int inboundBytes();

  /**
   * Runs an action on the session's loop, at once if this is its thread.
   *
   * @param action the action; not run if the loop has ended
   */
  void onLoop(Runnable action);

  /**
   * Runs an action on the session's loop after its current work.
   *
   * @param action the action
   */
  void later(Runnable action);

  /** Flushes what callbacks have deferred. Called on any thread. */
  void flushNow();

  /**
   * Starts a run: messages that are sent during it are written together, with those of other
   * sessions in the same turn of the loop. Called on the loop.
   *
   * @return false if the run is inside another run; then the caller must not end it
   */
  boolean beginRun();

  /** Ends a run. Called on the loop. */
  void endRun();

  /** Pauses reading. Called on the loop. */
  void pauseReading();

  /** Resumes reading. Called on the loop. */
  void resumeReading();

  /**
   * Called when the user's executor has rejected callbacks. Called on any thread.
   *
   * @param cause the executor's exception
   */
  void dispatchFailed(Throwable cause);

  /**
   * Called when the listener's onOpen threw, on the thread that ran it.
   *
   * @param cause the exception
   */
  void refused(Throwable cause);

  /**
   * Called when another callback threw and its exceptions must end the session, on the thread that
   * ran it.
   *
   * @param callback the callback
   * @param cause the exception
   */
  void listenerFailed(String callback, Throwable cause);

  /** Called when the listener's onOpen has returned, on the thread that ran it. */
  void opened();

  /**
   * Called when the listener's onClose has returned, on the thread that ran it.
   *
   * @param why why the session closed
   */
  void closed(CloseReason why);
}
