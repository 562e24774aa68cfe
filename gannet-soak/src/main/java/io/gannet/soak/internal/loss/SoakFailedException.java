package io.gannet.soak.internal.loss;

/** Thrown if a round could not be completed. */
final class SoakFailedException extends Exception {

  private static final long serialVersionUID = 1L;

  SoakFailedException(String message) {
    super(message);
  }
}
