package io.gannet.benchmarks.load;

/** A server answered with something else than it should have. */
final class WrongBytesException extends RuntimeException {

  private static final long serialVersionUID = 1;

  WrongBytesException(String message) {
    super(message);
  }
}
