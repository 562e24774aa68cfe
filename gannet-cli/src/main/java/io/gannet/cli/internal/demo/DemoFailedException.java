package io.gannet.cli.internal.demo;

/** Thrown when a check of the demo fails; the message says which. */
final class DemoFailedException extends Exception {

  private static final long serialVersionUID = 1L;

  DemoFailedException(String message) {
    super(message);
  }

  DemoFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
