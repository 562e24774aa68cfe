package io.gannet.rpc.internal.call;

import java.util.Objects;

/** Carries the failure of a call, checked or unchecked, to the place where it is thrown. */
final class FailedCall extends RuntimeException {

  private static final long serialVersionUID = 1L;

  FailedCall(Throwable cause) {
    super(null, cause, false, false);
  }

  @Override
  public synchronized Throwable getCause() {
    return Objects.requireNonNull(super.getCause());
  }

  /**
   * {@return the carried failure, for a caller that only expects unchecked exceptions; an error is
   * thrown instead}
   */
  RuntimeException unchecked() {
    if (getCause() instanceof Error error) {
      throw error;
    }
    return (RuntimeException) getCause();
  }

  /** {@return an unchecked exception for a failure: the same, or one that carries it} */
  static RuntimeException carrying(Throwable thrown) {
    return thrown instanceof RuntimeException unchecked ? unchecked : new FailedCall(thrown);
  }

  /** {@return the carried failure, or the exception itself} */
  static Throwable unwrapped(Throwable thrown) {
    return thrown instanceof FailedCall carrier ? carrier.getCause() : thrown;
  }
}
