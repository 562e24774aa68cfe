package io.gannet.transport;

import java.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Observes servers and clients, for metrics. All methods do nothing by default. They are called on
 * I/O threads and on threads that run callbacks, for many sessions at the same time, so they must
 * be thread-safe and quick, and must not block. Exceptions are logged.
 *
 * <p>Traffic is reported once per read and write, not per message.
 */
public interface TransportObserver {

  /**
   * Called when an endpoint starts. Called first and once, on the thread that starts it.
   *
   * @param endpoint the endpoint, which has no sessions yet; a server has no addresses yet either
   */
  default void started(Endpoint<?> endpoint) {}

  /**
   * Called when a session has opened.
   *
   * @param session the session
   */
  default void sessionOpened(Session<?> session) {}

  /**
   * Called when a session that had opened has closed, and its last callback has returned.
   *
   * @param session the session
   * @param reason the reason
   */
  default void sessionClosed(Session<?> session, CloseReason reason) {}

  /**
   * Called when bytes were received.
   *
   * @param session the session
   * @param bytes the number of bytes
   * @param messages the number of messages that they completed
   */
  default void read(Session<?> session, long bytes, int messages) {}

  /**
   * Called when bytes were passed to the operating system.
   *
   * @param session the session
   * @param bytes the number of bytes
   * @param messages the number of messages accepted for sending since the last call
   */
  default void written(Session<?> session, long bytes, int messages) {}

  /**
   * Called when a message was dropped because the queue was full.
   *
   * @param session the session
   */
  default void dropped(Session<?> session) {}

  /**
   * Called when a session's outbound queue has become full.
   *
   * @param session the session
   */
  default void queueFull(Session<?> session) {}

  /**
   * Called when reading of a session pauses because its listener is behind.
   *
   * @param session the session
   */
  default void readPaused(Session<?> session) {}

  /**
   * Called after one or several consecutive callbacks of a session.
   *
   * @param session the session
   * @param elapsed their total duration
   * @param callbacks the number of callbacks
   */
  default void callbacksRan(Session<?> session, Duration elapsed, int callbacks) {}

  /**
   * Called when a connection was rejected.
   *
   * @param server the server
   * @param peer the address of the peer
   * @param reason the reason
   */
  default void rejected(Server<?> server, @Nullable SocketAddress peer, RejectReason reason) {}

  /**
   * Called when a handshake of a connection to a server failed; {@link #rejected} follows. On a
   * client this is a failed attempt, see {@link #connectFailed}.
   *
   * @param server the server
   * @param peer the address of the peer
   * @param cause the failure
   */
  default void handshakeFailed(Server<?> server, @Nullable SocketAddress peer, Throwable cause) {}

  /**
   * Called when connections could not be accepted, for instance because the process has too many
   * open files. The server retries after a second.
   *
   * @param server the server
   * @param cause the failure
   */
  default void acceptFailed(Server<?> server, Throwable cause) {}

  /**
   * Called when an attempt to connect failed, or when its session was lost within a second and this
   * side didn't close it.
   *
   * @param client the client
   * @param cause the failure
   * @param failures the number of consecutive failures of this connection
   * @param nextAttempt the delay until the next attempt, or null if there is none
   */
  default void connectFailed(
      Client<?> client, Throwable cause, int failures, @Nullable Duration nextAttempt) {}

  /**
   * Called when a session was replaced by a new one, because it was lost or because
   * {@link Session#replace} was called.
   *
   * @param session the new session
   */
  default void reconnected(Session<?> session) {}
}
