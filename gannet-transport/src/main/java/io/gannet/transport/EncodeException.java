package io.gannet.transport;

import org.jspecify.annotations.Nullable;

/**
 * A message can't be written. Thrown by a {@link Codec} and seen by the caller of {@code send}; nothing
 * of the message is sent, and the session goes on.
 */
public class EncodeException extends TransportException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what happened and what to do
   */
  public EncodeException(String message) {
    super(message);
  }

  /**
   * Creates an exception.
   *
   * @param message what happened and what to do
   * @param cause why, or null
   */
  public EncodeException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
