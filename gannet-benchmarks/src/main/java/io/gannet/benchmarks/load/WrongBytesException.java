package io.gannet.benchmarks.load;

/** Thrown if a server's answer is wrong. */
final class WrongBytesException extends RuntimeException {

  private static final long serialVersionUID = 1;

  WrongBytesException(String message) {
    super(message);
  }
}
