package io.gannet.transport.internal.session;

import io.gannet.transport.CloseReason;
import io.gannet.transport.SessionListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls a session's listener, and sees to what it throws. Stateless. */
final class CallbackInvoker<M> {

  private static final Logger LOG = LoggerFactory.getLogger(CallbackInvoker.class);

  private final NettySession<M> session;
  private final SessionListener<M> listener;

  CallbackInvoker(NettySession<M> session, SessionListener<M> listener) {
    this.session = session;
    this.listener = listener;
  }

  /** Returns whether the listener has taken the session. */
  boolean open() {
    try {
      listener.onOpen(session);
    } catch (Throwable t) {
      LOG.warn("onOpen refused {}", session, t);
      session.refused(t);
      return false;
    }
    session.opened();
    return true;
  }

  void message(M message) {
    try {
      listener.onMessage(session, message);
    } catch (Throwable t) {
      LOG.warn("onMessage of {} failed", session, t);
      error(t);
    }
  }

  void cron() {
    try {
      listener.onCron(session);
    } catch (Throwable t) {
      LOG.warn("onCron of {} failed", session, t);
      error(t);
    }
  }

  void error(Throwable error) {
    try {
      listener.onError(session, error);
    } catch (Throwable t) {
      LOG.warn("onError of {} failed", session, t);
    }
  }

  void close(CloseReason reason) {
    try {
      listener.onClose(session, reason);
    } catch (Throwable t) {
      LOG.warn("onClose of {} failed", session, t);
    }
    session.closed(reason);
  }
}
