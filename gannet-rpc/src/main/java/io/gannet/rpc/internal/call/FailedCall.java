package io.gannet.rpc.internal.call;

import java.util.Objects;

/** Carries what a call has failed with, checked or not, to where it is thrown. */
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
   * {@return what is carried, for a caller that expects only unchecked exceptions; throws it if it
   * is an error}
   */
  RuntimeException unchecked() {
    if (getCause() instanceof Error error) {
      throw error;
    }
    return (RuntimeException) getCause();
  }

  /** {@return what can be thrown anywhere instead: the same, or a carrier of it} */
  static RuntimeException carrying(Throwable thrown) {
    return thrown instanceof RuntimeException unchecked ? unchecked : new FailedCall(thrown);
  }

  /** {@return what is carried, if something is} */
  static Throwable unwrapped(Throwable thrown) {
    return thrown instanceof FailedCall carrier ? carrier.getCause() : thrown;
  }
}
