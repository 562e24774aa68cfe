package io.gannet.cli.internal.demo;

/** A check of the demo has failed; the message says which. */
final class DemoFailedException extends Exception {

  private static final long serialVersionUID = 1L;

  DemoFailedException(String message) {
    super(message);
  }

  DemoFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
