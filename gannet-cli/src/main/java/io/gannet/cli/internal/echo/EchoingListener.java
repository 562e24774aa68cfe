package io.gannet.cli.internal.echo;

import io.gannet.transport.MessageHandler;
import io.gannet.transport.Session;
import io.gannet.transport.SessionListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's side of a session. Logs why a session failed.
 *
 * @param <M> the type of the messages
 */
final class EchoingListener<M> implements SessionListener<M> {

  private static final Logger LOG = LoggerFactory.getLogger(EchoingListener.class);

  private final MessageHandler<M> handler;

  EchoingListener(MessageHandler<M> handler) {
    this.handler = handler;
  }

  @Override
  public void onMessage(Session<M> session, M message) throws Exception {
    handler.onMessage(session, message);
  }

  @Override
  public void onError(Session<M> session, Throwable error) {
    LOG.warn("{}: {}", session.remoteAddress(), error.getMessage());
  }
}
