package io.gannet.transport;

/**
 * Thrown when a server refuses a WebSocket handshake. A {@link WebSocketOptions.Guard} throws it on
 * the server. On the client it is passed to {@link TransportObserver#connectFailed}, and is the
 * cause of a {@link NoSessionException}.
 */
public class WebSocketRefusedException extends TransportException {

  private static final long serialVersionUID = 1;

  /** The HTTP status. */
  private final int status;

  /**
   * Creates an exception.
   *
   * @param status the HTTP status, 300 to 599
   * @param reason a text for the client
   */
  public WebSocketRefusedException(int status, String reason) {
    super(reason);
    if (status < 300 || status > 599) {
      throw new IllegalArgumentException("status must be 300 to 599: " + status);
    }
    this.status = status;
  }

  /** {@return the HTTP status} */
  public int status() {
    return status;
  }
}
