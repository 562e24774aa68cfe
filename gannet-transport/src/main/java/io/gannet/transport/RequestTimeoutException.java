package io.gannet.transport;

/** A request had no answer in time, see {@link Requests}. The peer may have done it all the same. */
public final class RequestTimeoutException extends TransportException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what happened and what to do
   */
  public RequestTimeoutException(String message) {
    super(message);
  }
}
