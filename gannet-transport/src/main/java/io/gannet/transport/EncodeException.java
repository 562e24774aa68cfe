package io.gannet.transport;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a {@link Codec} if a message can't be written. The caller of {@code send} receives it.
 * Nothing of the message is sent, and the session continues.
 */
public class EncodeException extends TransportException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what happened, and what to do
   */
  public EncodeException(String message) {
    super(message);
  }

  /**
   * Creates an exception.
   *
   * @param message what happened, and what to do
   * @param cause the cause, or null
   */
  public EncodeException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
