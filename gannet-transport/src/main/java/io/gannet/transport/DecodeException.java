package io.gannet.transport;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a {@link Codec} if received bytes are not a valid message. The listener receives it in
 * {@link SessionListener#onError}, and the session closes with
 * {@link CloseReason.Kind#DECODE_FAILED}.
 */
public class DecodeException extends TransportException {

  private static final long serialVersionUID = 1L;

  /** Creates an exception for {@link SkippedMessageException}. */
  DecodeException(String message, @Nullable Throwable cause, boolean stackTrace) {
    super(message, cause, stackTrace);
  }

  /**
   * Creates an exception.
   *
   * @param message what happened, and what to do
   */
  public DecodeException(String message) {
    super(message);
  }

  /**
   * Creates an exception.
   *
   * @param message what happened, and what to do
   * @param cause the cause, or null
   */
  public DecodeException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
