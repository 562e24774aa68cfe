package io.gannet.examples.xtcp;

import com.google.protobuf.Message;
import io.gannet.examples.xtcp.internal.proto.Chat;
import io.gannet.examples.xtcp.internal.proto.LoginRequest;
import io.gannet.transport.AttributeKey;
import io.gannet.transport.CloseReason;
import io.gannet.transport.Session;
import io.gannet.transport.SessionListener;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server's side of the conversation. */
final class ServerListener implements SessionListener<Message> {

  private static final Logger LOG = LoggerFactory.getLogger(ServerListener.class);

  /**
   * The account that has logged in; xtcp keeps this, without a type, in a connection's UserData.
   */
  private static final AttributeKey<String> ACCOUNT = AttributeKey.of("account");

  private final Map<String, String> accounts;

  ServerListener(Map<String, String> accounts) {
    this.accounts = Map.copyOf(accounts);
  }

  @Override
  public void onOpen(Session<Message> session) {
    LOG.info("accepted {}", session.remoteAddress());
  }

  @Override
  public void onMessage(Session<Message> session, Message message) {
    switch (message) {
      case LoginRequest request -> login(session, request);
      case Chat chat -> chat(session, chat);
      default -> LOG.warn("unexpected message from {}", session.name());
    }
  }

  private void login(Session<Message> session, LoginRequest request) {
    boolean ok = request.getPassword().equals(accounts.get(request.getAccount()));
    LOG.info("login of account {}: {}", request.getAccount(), ok ? "ok" : "refused");
    if (ok) {
      session.set(ACCOUNT, request.getAccount());
    }
    session.send(Messages.loginAnswer(ok ? Messages.LOGIN_OK : Messages.LOGIN_FAILED));
  }

  private static void chat(Session<Message> session, Chat chat) {
    if (session.get(ACCOUNT) == null) {
      LOG.warn("{} sent a chat line without a login, closing it", session.name());
      session.close();
      return;
    }
    LOG.info("- {}", chat.getMsg());
    switch (chat.getMsg()) {
      case Messages.CLIENT_HELLO -> session.send(Messages.chat(Messages.SERVER_HI));
      case Messages.CLIENT_BYE -> session.send(Messages.chat(Messages.SERVER_BYE));
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
    LOG.info("closed {}: {}", session.remoteAddress(), reason);
  }
}
