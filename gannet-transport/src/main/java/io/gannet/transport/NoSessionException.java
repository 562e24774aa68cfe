package io.gannet.transport;

import org.jspecify.annotations.Nullable;

/**
 * A client has no open session, and none came within the time to wait. The message tells how many
 * attempts to connect were made and how the last one failed.
 */
public final class NoSessionException extends TransportException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what happened and what to do
   */
  public NoSessionException(String message) {
    super(message);
  }

  /**
   * Creates an exception.
   *
   * @param message what happened and what to do
   * @param cause why, or null
   */
  public NoSessionException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
