package io.gannet.transport;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a {@link Codec} that has consumed bytes which are not a valid message. The listener
 * receives it in {@link SessionListener#onError}, and the session continues. If the codec has
 * consumed no byte, this counts as a {@link DecodeException}. It has no stack trace, because a peer
 * can cause any number of them.
 */
public final class SkippedMessageException extends DecodeException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what happened, and what to do
   */
  public SkippedMessageException(String message) {
    super(message, null, false);
  }

  /**
   * Creates an exception.
   *
   * @param message what happened, and what to do
   * @param cause the cause, or null
   */
  public SkippedMessageException(String message, @Nullable Throwable cause) {
    super(message, cause, false);
  }
}
