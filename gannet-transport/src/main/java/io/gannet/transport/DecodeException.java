package io.gannet.transport;

import org.jspecify.annotations.Nullable;

/**
 * Received bytes are not a message. Thrown by a {@link Codec}; the listener sees it in {@link
 * SessionListener#onError}, and the session closes with {@link CloseReason.Kind#DECODE_FAILED}.
 */
public class DecodeException extends TransportException {

  private static final long serialVersionUID = 1L;

  /** For {@link SkippedMessageException}. */
  DecodeException(String message, @Nullable Throwable cause, boolean stackTrace) {
    super(message, cause, stackTrace);
  }

  /**
   * Creates an exception.
   *
   * @param message what happened and what to do
   */
  public DecodeException(String message) {
    super(message);
  }

  /**
   * Creates an exception.
   *
   * @param message what happened and what to do
   * @param cause why, or null
   */
  public DecodeException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
