package io.gannet.transport;

import org.jspecify.annotations.Nullable;

/**
 * The reason why a session closed. The first reason counts: a session that drains because its
 * endpoint stops keeps {@link Kind#STOPPED} even if its peer closes meanwhile.
 *
 * @param kind the kind of reason
 * @param message the details, for people: the limit, its value, the setting
 * @param cause the exception, if there was one
 * @param closeCode the WebSocket close code that this side sent, or for {@link Kind#PEER_CLOSED}
 *     the one that the peer sent; 1005 if the peer sent none, 1006 if the connection ended without
 *     a close frame; 0 on other transports
 */
public record CloseReason(Kind kind, String message, @Nullable Throwable cause, int closeCode) {

  /** The kinds of reason. */
  public enum Kind {
    /** {@link Session#close()} was called on this side. */
    CLOSED,
    /** The server or client that the session belongs to was stopped. */
    STOPPED,
    /** The peer closed the connection in an orderly way. */
    PEER_CLOSED,
    /** The connection failed: reset by the peer, unreachable, or another I/O error. */
    CONNECTION_LOST,
    /** The peer sent a message that exceeds the size limit. */
    MESSAGE_TOO_LARGE,
    /** The codec could not decode the peer's bytes. */
    DECODE_FAILED,
    /** The peer started a message and did not complete it in time. */
    INCOMPLETE_MESSAGE,
    /** Nothing was received for longer than the read-idle timeout. */
    READ_IDLE,
    /** Nothing was received for longer than the heartbeat timeout. */
    HEARTBEAT_TIMEOUT,
    /** The peer accepted no byte for longer than the write-stall timeout. */
    WRITE_STALLED,
    /** The outbound queue was full, and the policy is {@link QueuePolicy#CLOSE}. */
    QUEUE_FULL,
    /** {@link SessionListener#onOpen} threw. */
    REFUSED,
    /** Another callback threw, and {@link EndpointBuilder#closeOnListenerFailure} is set. */
    LISTENER_FAILED,
    /** A client's session was not ready in time, see {@link ClientBuilder#awaitReady}. */
    NOT_READY,
    /**
     * The grace period of a drain ended before everything was done and the peer had ended its side.
     */
    DRAIN_TIMEOUT,
    /** The executor of {@link Dispatch#executor} rejected the callbacks. */
    DISPATCH_FAILED
  }

  /**
   * Creates a reason without a close code.
   *
   * @param kind the kind of reason
   * @param message the details
   * @param cause the exception, if there was one
   */
  public CloseReason(Kind kind, String message, @Nullable Throwable cause) {
    this(kind, message, cause, 0);
  }

  /**
   * Creates a reason without a cause.
   *
   * @param kind the kind of reason
   * @param message the details
   */
  public CloseReason(Kind kind, String message) {
    this(kind, message, null);
  }

  @Override
  public String toString() {
    return message.isEmpty() ? kind.name() : kind + ": " + message;
  }
}
