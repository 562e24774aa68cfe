package io.gannet.transport.internal.session;

import io.gannet.transport.CloseReason;
import io.gannet.transport.SessionClosedException;
import io.gannet.transport.SessionListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers the events of one session to its listener, in order and one at a time. All methods are
 * called on the session's loop, except {@link #runsOn}, {@link #defersFlush}, {@link #discard} and
 * {@link #waiting}, which are called on any thread.
 */
abstract class Callbacks<M> {

  private static final Logger LOG = LoggerFactory.getLogger(Callbacks.class);

  final DispatchedSession<M> session;
  private final SessionListener<M> listener;

  Callbacks(DispatchedSession<M> session, SessionListener<M> listener) {
    this.session = session;
    this.listener = listener;
  }

  // ---------------------------------------------------------------- calling the listener

  /** Returns whether the listener has accepted the session. */
  final boolean callOnOpen() {
    try {
      listener.onOpen(session);
    } catch (Throwable t) {
      session.refused(t);
      return false;
    }
    session.opened();
    return true;
  }

  /** Returns whether the listener may be called again. */
  final boolean callOnMessage(M message) {
    try {
      listener.onMessage(session, message);
      return true;
    } catch (Throwable t) {
      return goesOn("onMessage", t);
    }
  }

  /** Returns whether the listener may be called again. */
  final boolean callOnCron() {
    try {
      listener.onCron(session);
      return true;
    } catch (Throwable t) {
      return goesOn("onCron", t);
    }
  }

  private boolean goesOn(String callback, Throwable failure) {
    if (failure instanceof SessionClosedException && !session.isOpen()) {
      // After the connection is lost, an answer to each earlier message fails. That is not a
      // failure of the listener, and onClose reports the end of the session once.
      LOG.debug("{} of {} failed", callback, session, failure);
      callOnError(failure);
      return true;
    }
    session.failures().warn(callback, session, failure);
    callOnError(failure); // the listener may still answer
    if (!session.closesOnListenerFailure()) {
      return true;
    }
    session.listenerFailed(callback, failure);
    return false;
  }

  final void callOnError(Throwable error) {
    try {
      listener.onError(session, error);
    } catch (Throwable t) {
      session.failures().warn("onError", session, t);
    }
  }

  final void callOnClose(CloseReason reason) {
    try {
      listener.onClose(session, reason);
    } catch (Throwable t) {
      session.failures().warn("onClose", session, t);
    } finally {
      session.closed(reason);
    }
  }

  // ---------------------------------------------------------------- called by the session

  /** Called when the session has opened: the first event. */
  abstract void open();

  /** Called before messages are decoded. */
  abstract void beginRead();

  /**
   * Called when a message has been decoded. It reaches the listener at {@link #endOfRead} at the
   * latest.
   */
  abstract void message(M message);

  /**
   * Called when some messages of a read have been decoded, and more follow. For compressed reads,
   * which may yield much more data than was read.
   *
   * @param bytes the size of these messages
   */
  abstract void decoded(int bytes);

  /**
   * Called when all messages of one read have been decoded.
   *
   * @param bytes the size of these messages, without those already passed to {@link #decoded}
   */
  abstract void endOfRead(int bytes);

  /** Called when something has failed. */
  abstract void error(Throwable error);

  /** Called when the cron period has passed. Ignored while an earlier cron event is waiting. */
  abstract void cron();

  /**
   * Runs an action on the loop, after all callbacks for earlier events have returned.
   *
   * @param action the action
   */
  abstract void afterAll(Runnable action);

  /** Discards waiting events and all later messages. Called on any thread. */
  abstract void discard();

  /** Called when the session has closed: the last event. */
  abstract void close(CloseReason reason);

  /** {@return the number of events that wait for the listener} */
  abstract int waiting();

  /**
   * Schedules a flush for messages that this thread has sent, if the thread runs a callback.
   *
   * @param sender the current thread
   * @return false if no flush is scheduled, so that the session must flush
   */
  abstract boolean defersFlush(Thread sender);

  /**
   * {@return whether a callback is running on this thread}
   *
   * @param thread a thread
   */
  abstract boolean runsOn(Thread thread);
}
