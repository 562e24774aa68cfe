package io.gannet.rpc;

/** What became of a call: the names and numbers are those of gRPC. */
public enum RpcCode {
  /** It succeeded. */
  OK(0),
  /** The caller has cancelled it. */
  CANCELLED(1),
  /** The handler failed, and said no more than its exception does. */
  UNKNOWN(2),
  /** What it was called with is wrong, whatever the state of the system. */
  INVALID_ARGUMENT(3),
  /** Its time was over before it ended. */
  DEADLINE_EXCEEDED(4),
  /** What it asks for isn't there. */
  NOT_FOUND(5),
  /** What it wants to make is there already. */
  ALREADY_EXISTS(6),
  /** The caller may not do this. */
  PERMISSION_DENIED(7),
  /** Something is used up: calls in flight, a quota, the size of a message. */
  RESOURCE_EXHAUSTED(8),
  /** The system is not in the state that this needs; to try again doesn't help. */
  FAILED_PRECONDITION(9),
  /** It was given up in the middle, mostly because of somebody who did the same; try it all again. */
  ABORTED(10),
  /** It goes past what there is. */
  OUT_OF_RANGE(11),
  /** There is no such service or method. */
  UNIMPLEMENTED(12),
  /** What must hold doesn't: a mistake in one of the two programs. */
  INTERNAL(13),
  /** There is nobody to answer it now; try again. */
  UNAVAILABLE(14),
  /** Data is lost or broken for good. */
  DATA_LOSS(15),
  /** It is not known who calls. */
  UNAUTHENTICATED(16);

  private static final RpcCode[] BY_NUMBER = values();

  private final int number;

  RpcCode(int number) {
    this.number = number;
  }

  /**
   * {@return the number that stands for it on the wire}
   */
  public int number() {
    return number;
  }

  /**
   * Finds a code by its number.
   *
   * @param number any number
   * @return the code; {@link #UNKNOWN} for a number that is none
   */
  public static RpcCode of(int number) {
    return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : UNKNOWN;
  }
}
