package io.gannet.examples.mqtt;

import io.gannet.transport.ConnectionInfo;
import org.jspecify.annotations.Nullable;

/** Decides who may connect. */
@FunctionalInterface
public interface MqttAuthenticator {

  /**
   * Decides about a client. Called on the thread of its session, and may block.
   *
   * @param clientId what it calls itself; whoever may use an identifier can take over the session that
   *     has it
   * @param userName the user's name; null without one
   * @param password the password; null without one
   * @param connection how it is connected, with its certificate if it has shown one
   * @return whether it may connect; what is thrown refuses it too
   */
  boolean mayConnect(
      String clientId,
      @Nullable String userName,
      byte @Nullable [] password,
      ConnectionInfo connection);
}
