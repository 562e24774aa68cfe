package io.gannet.discovery;

import org.jspecify.annotations.Nullable;

/**
 * Thrown if a registry can't be queried, or refuses a request. The message names the registry, and
 * the setting to change.
 */
public class RegistryException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what happened, and what to do
   * @param cause the cause, or null
   */
  public RegistryException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
