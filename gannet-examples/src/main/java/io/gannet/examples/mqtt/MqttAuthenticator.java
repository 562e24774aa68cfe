package io.gannet.examples.mqtt;

import io.gannet.transport.ConnectionInfo;
import org.jspecify.annotations.Nullable;

/** Decides which clients may connect. */
@FunctionalInterface
public interface MqttAuthenticator {

  /**
   * Decides about a client. Called on the thread of its session, and may block.
   *
   * @param clientId the client's identifier; a client that may use an identifier can take over its
   *     existing session
   * @param userName the user's name; null if there is none
   * @param password the password; null if there is none
   * @param connection the properties of the connection, with the client's certificate if it has
   *     presented one
   * @return whether the client may connect; an exception refuses it as well
   */
  boolean mayConnect(
      String clientId,
      @Nullable String userName,
      byte @Nullable [] password,
      ConnectionInfo connection);
}
