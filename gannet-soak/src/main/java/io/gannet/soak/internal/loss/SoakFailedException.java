package io.gannet.soak.internal.loss;

/** A round could not be brought to its end. */
final class SoakFailedException extends Exception {

  private static final long serialVersionUID = 1L;

  SoakFailedException(String message) {
    super(message);
  }
}
