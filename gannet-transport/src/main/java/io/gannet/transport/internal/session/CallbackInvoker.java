package io.gannet.transport.internal.session;

import io.gannet.transport.CloseReason;
import io.gannet.transport.SessionClosedException;
import io.gannet.transport.SessionListener;
import io.gannet.transport.internal.text.FailureLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls a session's listener, and sees to what it throws. Stateless. */
final class CallbackInvoker<M> {

  private static final Logger LOG = LoggerFactory.getLogger(CallbackInvoker.class);

  private final DispatchedSession<M> session;
  private final SessionListener<M> listener;
  private final FailureLog failures;
  private final boolean closesOnFailure;

  CallbackInvoker(
      DispatchedSession<M> session,
      SessionListener<M> listener,
      FailureLog failures,
      boolean closesOnFailure) {
    this.failures = failures;
    this.session = session;
    this.listener = listener;
    this.closesOnFailure = closesOnFailure;
  }

  /** Returns whether the listener has taken the session. */
  boolean open() {
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
  boolean message(M message) {
    try {
      listener.onMessage(session, message);
      return true;
    } catch (Throwable t) {
      return goesOn("onMessage", t);
    }
  }

  /** Returns whether the listener is to be called again. */
  boolean cron() {
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
      error(failure);
      return true;
    }
    failures.warn(callback, session, failure);
    error(failure); // which may still answer
    if (closesOnFailure) {
      session.listenerFailed(callback, failure);
    }
    return !closesOnFailure;
  }

  void error(Throwable error) {
    try {
      listener.onError(session, error);
    } catch (Throwable t) {
      failures.warn("onError", session, t);
    }
  }

  void close(CloseReason reason) {
    try {
      listener.onClose(session, reason);
    } catch (Throwable t) {
      failures.warn("onClose", session, t);
    } finally {
      session.closed(reason);
    }
  }
}
