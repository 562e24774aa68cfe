package io.gannet.transport;

/**
 * Thrown if the session can't send a message any more: it is closed, or it is draining and its last
 * callback has returned.
 */
public final class SessionClosedException extends TransportException {

  private static final long serialVersionUID = 1L;

  private final transient CloseReason reason;

  /**
   * Creates an exception.
   *
   * @param message what happened
   * @param reason why the session closes or closed
   */
  public SessionClosedException(String message, CloseReason reason) {
    super(message, reason.cause());
    this.reason = reason;
  }

  /** {@return why the session closes or closed} */
  public CloseReason reason() {
    return reason;
  }
}
