package io.gannet.cli.internal.common;

/** Thrown when a command fails in a way that one line explains. The exit code is 1. */
public final class CommandFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message the line that explains the failure
   */
  public CommandFailedException(String message) {
    super(message);
  }

  /**
   * Creates an exception.
   *
   * @param message the line that explains the failure
   * @param cause the cause
   */
  public CommandFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
