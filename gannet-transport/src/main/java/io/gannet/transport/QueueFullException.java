package io.gannet.transport;

import org.jspecify.annotations.Nullable;

/**
 * Thrown if a session's outbound queue is full, because the peer reads more slowly than this side
 * sends. The {@link QueuePolicy} decides what happens then.
 */
public class QueueFullException extends TransportException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what happened, and what to do
   */
  public QueueFullException(String message) {
    super(message);
  }

  /**
   * Creates an exception.
   *
   * @param message what happened, and what to do
   * @param cause the cause, or null
   */
  public QueueFullException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
