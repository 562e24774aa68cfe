package io.gannet.transport;

import org.jspecify.annotations.Nullable;

/**
 * A session's outbound queue stayed full for the whole write timeout while a {@code send} waited, see
 * {@link QueuePolicy#BLOCK}.
 */
public final class SendTimeoutException extends QueueFullException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what happened and what to do
   */
  public SendTimeoutException(String message) {
    super(message);
  }

  /**
   * Creates an exception.
   *
   * @param message what happened and what to do
   * @param cause why, or null
   */
  public SendTimeoutException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
