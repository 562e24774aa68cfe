package io.gannet.transport;

import org.jspecify.annotations.Nullable;

/**
 * Thrown if a session's outbound queue stays full for the whole write timeout of a {@code send},
 * see {@link QueuePolicy#BLOCK}.
 */
public final class SendTimeoutException extends QueueFullException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what happened, and what to do
   */
  public SendTimeoutException(String message) {
    super(message);
  }

  /**
   * Creates an exception.
   *
   * @param message what happened, and what to do
   * @param cause the cause, or null
   */
  public SendTimeoutException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
