package io.gannet.transport;

import org.jspecify.annotations.Nullable;

/**
 * Thrown if a client has no open session, and none has opened in time. The message contains the
 * number of failed attempts to connect and the last failure.
 */
public final class NoSessionException extends TransportException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what happened, and what to do
   */
  public NoSessionException(String message) {
    super(message);
  }

  /**
   * Creates an exception.
   *
   * @param message what happened, and what to do
   * @param cause the cause, or null
   */
  public NoSessionException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
