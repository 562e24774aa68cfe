package io.gannet.transport.internal.session;

import io.gannet.transport.CloseReason;
import io.gannet.transport.SessionClosedException;
import io.gannet.transport.SessionListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the events of one session to its listener, in order and one at a time. All methods are called on
 * the session's loop, but {@link #runsOn}, {@link #defersFlush}, {@link #discard} and {@link #waiting} on any
 * thread.
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

  /** Returns whether the listener has taken the session. */
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

  /** Returns whether the listener is to be called again. */
  final boolean callOnMessage(M message) {
    try {
      listener.onMessage(session, message);
      return true;
    } catch (Throwable t) {
      return goesOn("onMessage", t);
    }
  }

  /** Returns whether the listener is to be called again. */
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
      // Answering what came before the connection was lost fails for each such message. That is no
      // failure of the listener; that the session ended, and why, is told once, by onClose.
      LOG.debug("{} of {} failed", callback, session, failure);
      callOnError(failure);
      return true;
    }
    session.failures().warn(callback, session, failure);
    callOnError(failure); // which may still answer
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

  // ---------------------------------------------------------------- for the session

  /** The session has opened; the first event. */
  abstract void open();

  /** Messages are about to be decoded. */
  abstract void beginRead();

  /** A message has been decoded. Reaches the listener at the latest at {@link #endOfRead}. */
  abstract void message(M message);

  /**
   * Messages of a read that isn't at its end have been decoded. For reads that may bring more than they
   * seem to, because what came was compressed.
   *
   * @param bytes how many bytes they were
   */
  abstract void decoded(int bytes);

  /**
   * All messages of one read have been decoded.
   *
   * @param bytes how many bytes they were, but for those that {@link #decoded} was told of
   */
  abstract void endOfRead(int bytes);

  /** Something failed. */
  abstract void error(Throwable error);

  /** The cron period has passed. Ignored while an earlier one has not been served. */
  abstract void cron();

  /**
   * Runs an action on the loop after every callback for an event so far has returned.
   *
   * @param action what to run
   */
  abstract void afterAll(Runnable action);

  /** Events that have not reached the listener yet, and messages still to come, never will. Called on any thread. */
  abstract void discard();

  /** The session has closed; the last event. */
  abstract void close(CloseReason reason);

  /** {@return how many events wait for the listener} */
  abstract int waiting();

  /**
   * Undertakes to flush soon what this thread has sent.
   *
   * @param sender the current thread
   * @return false if nobody does, and the session must
   */
  abstract boolean defersFlush(Thread sender);

  /**
   * {@return whether a callback is running on this thread}
   *
   * @param thread the thread
   */
  abstract boolean runsOn(Thread thread);
}
