package io.gannet.transport;

import org.jspecify.annotations.Nullable;

/**
 * The root of what this library throws. The message names the endpoint, the peer, the limit with its
 * value, and the setting to change, as far as they apply.
 */
public class TransportException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what happened and what to do
   */
  public TransportException(String message) {
    super(message);
  }

  /**
   * Creates an exception.
   *
   * @param message what happened and what to do
   * @param cause why, or null
   */
  public TransportException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
