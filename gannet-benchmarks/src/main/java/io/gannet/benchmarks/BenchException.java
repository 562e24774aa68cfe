package io.gannet.benchmarks;

/** An error that the user can correct. The message says how. */
final class BenchException extends RuntimeException {

  private static final long serialVersionUID = 1;

  BenchException(String message) {
    super(message);
  }
}
