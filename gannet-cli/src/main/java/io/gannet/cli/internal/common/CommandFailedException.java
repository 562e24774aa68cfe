package io.gannet.cli.internal.common;

/** A command has failed in a way that one line explains; the exit code is 1. */
public final class CommandFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message the line
   */
  public CommandFailedException(String message) {
    super(message);
  }

  /**
   * Creates an exception.
   *
   * @param message the line
   * @param cause why
   */
  public CommandFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
