package io.gannet.discovery;

import org.jspecify.annotations.Nullable;

/** A registry could not be asked, or has refused. The message names it, and the setting to change. */
public class RegistryException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what happened and what to do
   * @param cause why, or null
   */
  public RegistryException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
