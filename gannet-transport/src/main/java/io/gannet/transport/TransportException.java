package io.gannet.transport;

import org.jspecify.annotations.Nullable;

/**
 * The superclass of all exceptions of Gannet's transport. The message names the endpoint, the peer,
 * the limit with its value, and the setting to change, as far as they apply.
 */
public class TransportException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what happened, and what to do
   */
  public TransportException(String message) {
    super(message);
  }

  /**
   * Creates an exception without a stack trace, because a peer can cause many of them.
   *
   * @param message what happened, and what to do
   * @param cause the cause, or null
   * @param stackTrace whether the exception has a stack trace
   */
  protected TransportException(String message, @Nullable Throwable cause, boolean stackTrace) {
    super(message, cause, true, stackTrace);
  }

  /**
   * Creates an exception.
   *
   * @param message what happened, and what to do
   * @param cause the cause, or null
   */
  public TransportException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
