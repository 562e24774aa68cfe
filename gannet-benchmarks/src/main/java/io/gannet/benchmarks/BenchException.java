package io.gannet.benchmarks;

/** Something that the user can do something about; its message says what. */
final class BenchException extends RuntimeException {

  private static final long serialVersionUID = 1;

  BenchException(String message) {
    super(message);
  }
}
