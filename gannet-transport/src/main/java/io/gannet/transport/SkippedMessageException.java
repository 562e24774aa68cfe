package io.gannet.transport;

import org.jspecify.annotations.Nullable;

/**
 * Received bytes are not a message, but the {@link Codec} has read past them: the listener sees this
 * in {@link SessionListener#onError}, and the session goes on. A codec that throws this without having
 * consumed a byte is treated as if it had thrown a {@link DecodeException}. It has no stack trace,
 * because a peer can cause any number of them.
 */
public final class SkippedMessageException extends DecodeException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what happened and what to do
   */
  public SkippedMessageException(String message) {
    super(message, null, false);
  }

  /**
   * Creates an exception.
   *
   * @param message what happened and what to do
   * @param cause why, or null
   */
  public SkippedMessageException(String message, @Nullable Throwable cause) {
    super(message, cause, false);
  }
}
