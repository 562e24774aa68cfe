package io.gannet.transport;

import org.jspecify.annotations.Nullable;

/**
 * A session's outbound queue is full: its peer reads more slowly than this side sends. What happens
 * then is chosen with {@link QueuePolicy}.
 */
public class QueueFullException extends TransportException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what happened and what to do
   */
  public QueueFullException(String message) {
    super(message);
  }

  /**
   * Creates an exception.
   *
   * @param message what happened and what to do
   * @param cause why, or null
   */
  public QueueFullException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
