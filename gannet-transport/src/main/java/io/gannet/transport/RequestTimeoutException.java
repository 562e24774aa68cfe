package io.gannet.transport;

/**
 * Thrown if the response to a request has not arrived in time, see {@link Requests}. The peer may
 * still have handled the request.
 */
public final class RequestTimeoutException extends TransportException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what happened, and what to do
   */
  public RequestTimeoutException(String message) {
    super(message);
  }
}
