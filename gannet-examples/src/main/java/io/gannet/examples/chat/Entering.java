package io.gannet.examples.chat;

import io.gannet.transport.CloseReason;
import io.gannet.transport.Session;
import io.gannet.transport.SessionListener;

/** Sends the member's name when a session opens, and passes all events to another listener. */
final class Entering implements SessionListener<String> {

  private final String name;
  private final SessionListener<String> next;

  Entering(String name, SessionListener<String> next) {
    this.name = name;
    this.next = next;
  }

  @Override
  public void onOpen(Session<String> session) throws Exception {
    session.send("/name " + name);
    next.onOpen(session);
  }

  @Override
  public void onMessage(Session<String> session, String line) throws Exception {
    next.onMessage(session, line);
  }

  @Override
  public void onCron(Session<String> session) throws Exception {
    next.onCron(session);
  }

  @Override
  public void onError(Session<String> session, Throwable error) {
    next.onError(session, error);
  }

  @Override
  public void onClose(Session<String> session, CloseReason reason) {
    next.onClose(session, reason);
  }
}
