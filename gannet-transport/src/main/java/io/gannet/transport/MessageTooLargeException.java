package io.gannet.transport;

/**
 * A message is larger than the limit. On receipt the session closes with {@link
 * CloseReason.Kind#MESSAGE_TOO_LARGE}; when sending, the caller of {@code send} sees this, nothing of
 * the message is sent, and the session goes on.
 */
public final class MessageTooLargeException extends TransportException {

  private static final long serialVersionUID = 1L;

  private final long size;
  private final long limit;

  /**
   * Creates an exception.
   *
   * @param size the size of the message on the wire in bytes, as far as it is known
   * @param limit the limit in bytes
   * @param setting the name of the setting that holds the limit
   */
  public MessageTooLargeException(long size, long limit, String setting) {
    super(
        "message of %,d bytes or more is over the limit of %,d bytes (setting %s)"
            .formatted(size, limit, setting));
    this.size = size;
    this.limit = limit;
  }

  /**
   * {@return the size of the message on the wire in bytes, as far as it is known}
   */
  public long size() {
    return size;
  }

  /**
   * {@return the limit in bytes}
   */
  public long limit() {
    return limit;
  }
}
