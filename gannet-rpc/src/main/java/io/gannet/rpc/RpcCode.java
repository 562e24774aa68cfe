package io.gannet.rpc;

/** The outcome of a call. Names and numbers are those of gRPC. */
public enum RpcCode {
  /** The call succeeded. */
  OK(0),
  /** The caller has cancelled the call. */
  CANCELLED(1),
  /** The handler failed with an exception that has no code. */
  UNKNOWN(2),
  /** The arguments are invalid, independent of the state of the system. */
  INVALID_ARGUMENT(3),
  /** The deadline passed before the call completed. */
  DEADLINE_EXCEEDED(4),
  /** The requested object doesn't exist. */
  NOT_FOUND(5),
  /** The object to create already exists. */
  ALREADY_EXISTS(6),
  /** The caller isn't authorized to make this call. */
  PERMISSION_DENIED(7),
  /**
   * A resource is exhausted, such as the number of running calls, a quota, or the size of a
   * message.
   */
  RESOURCE_EXHAUSTED(8),
  /** The system isn't in the required state; a retry doesn't help. */
  FAILED_PRECONDITION(9),
  /**
   * The operation was aborted, usually because of a conflict with a concurrent one; retry the whole
   * operation.
   */
  ABORTED(10),
  /** The operation is outside of the valid range. */
  OUT_OF_RANGE(11),
  /** The service or method doesn't exist. */
  UNIMPLEMENTED(12),
  /** An invariant is violated: a bug in one of the two programs. */
  INTERNAL(13),
  /** The service is not available at present; retry the call. */
  UNAVAILABLE(14),
  /** Data was lost or corrupted irrecoverably. */
  DATA_LOSS(15),
  /** The caller isn't authenticated. */
  UNAUTHENTICATED(16);

  private static final RpcCode[] BY_NUMBER = values();

  private final int number;

  RpcCode(int number) {
    this.number = number;
  }

  /** {@return the number on the wire} */
  public int number() {
    return number;
  }

  /**
   * Returns the code with a number.
   *
   * @param number any number
   * @return the code; {@link #UNKNOWN} for an unknown number
   */
  public static RpcCode of(int number) {
    return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : UNKNOWN;
  }
}
