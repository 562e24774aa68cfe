package io.gannet.examples.xtcp;

import com.google.protobuf.Message;
import io.gannet.examples.xtcp.internal.proto.Chat;
import io.gannet.examples.xtcp.internal.proto.LoginResponse;
import io.gannet.transport.Client;
import io.gannet.transport.CloseReason;
import io.gannet.transport.Session;
import io.gannet.transport.SessionListener;
import io.gannet.transport.TransportObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The client's side of the conversation: logs in, says hello, says goodbye, and closes. */
final class ClientListener implements SessionListener<Message> {

  private static final Logger LOG = LoggerFactory.getLogger(ClientListener.class);

  private final String account;
  private final String password;
  private final CompletableFuture<Boolean> done = new CompletableFuture<>();
  private boolean saidGoodbye;
  private volatile boolean opened;

  ClientListener(String account, String password) {
    this.account = account;
    this.password = password;
  }

  /**
   * {@return completes when the conversation is over: with true if it is complete, with false if
   * the server refused the login or closed the connection}
   */
  CompletionStage<Boolean> done() {
    return done;
  }

  /**
   * {@return an observer that ends the wait if the client can't connect, because a session that
   * never opens never closes}
   */
  TransportObserver attempts() {
    return new TransportObserver() {
      @Override
      public void connectFailed(
          Client<?> client, Throwable cause, int failures, @Nullable Duration nextAttempt) {
        if (!opened) {
          done.completeExceptionally(cause);
        }
      }
    };
  }

  @Override
  public void onOpen(Session<Message> session) {
    opened = true;
    LOG.info("connected {}", session.remoteAddress());
    session.send(Messages.login(account, password));
  }

  @Override
  public void onMessage(Session<Message> session, Message message) {
    switch (message) {
      case LoginResponse response when response.getRet() == Messages.LOGIN_OK -> {
        LOG.info("login ok");
        session.send(Messages.chat(Messages.CLIENT_HELLO));
      }
      case LoginResponse response -> {
        LOG.info("login refused with {}", response.getRet());
        session.close();
      }
      case Chat chat -> chat(session, chat.getMsg());
      default -> LOG.warn("unexpected message from the server");
    }
  }

  private void chat(Session<Message> session, String text) {
    LOG.info("- {}", text);
    switch (text) {
      case Messages.SERVER_HI -> session.send(Messages.chat(Messages.CLIENT_BYE));
      case Messages.SERVER_BYE -> {
        saidGoodbye = true;
        session.close();
      }
      default -> {
        // Other chat lines need no answer.
      }
    }
  }

  @Override
  public void onError(Session<Message> session, Throwable error) {
    LOG.warn("{}: {}", session.name(), error.getMessage());
  }

  @Override
  public void onClose(Session<Message> session, CloseReason reason) {
    LOG.info("closed: {}", reason);
    done.complete(saidGoodbye);
  }
}
