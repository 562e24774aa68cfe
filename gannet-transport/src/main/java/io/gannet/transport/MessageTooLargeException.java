package io.gannet.transport;

import org.jspecify.annotations.Nullable;

/**
 * Thrown if a message exceeds the size limit. When receiving, the session closes with
 * {@link CloseReason.Kind#MESSAGE_TOO_LARGE}. When sending, the caller of {@code send} receives
 * this exception, nothing of the message is sent, and the session continues.
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
   * Creates an exception for a limit that isn't a setting of Gannet.
   *
   * @param message what happened, and what to do
   * @param cause the cause, or null
   */
  public MessageTooLargeException(String message, @Nullable Throwable cause) {
    super(message, cause);
    this.size = -1;
    this.limit = -1;
  }

  /**
   * {@return the size of the message on the wire in bytes, as far as it is known; -1 if it is not}
   */
  public long size() {
    return size;
  }

  /** {@return the limit in bytes; -1 if it is not known} */
  public long limit() {
    return limit;
  }
}
