package io.gannet.transport;

import java.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Watches servers and clients, for metrics. All methods do nothing by default; they are called on I/O
 * threads and on threads that run callbacks, for many sessions at the same time: they must be
 * thread-safe, quick and must not block. What they throw is logged.
 *
 * <p>Traffic is reported once for each read and each write, not for each message.
 */
public interface TransportObserver {

  /**
   * An endpoint starts. Called once and first, on the thread that starts it.
   *
   * @param endpoint the endpoint, which has no sessions and, if it is a server, no addresses yet
   */
  default void started(Endpoint<?> endpoint) {}

  /**
   * A session has opened.
   *
   * @param session the session
   */
  default void sessionOpened(Session<?> session) {}

  /**
   * A session that had opened has closed, and its last callback has returned.
   *
   * @param session the session
   * @param reason why
   */
  default void sessionClosed(Session<?> session, CloseReason reason) {}

  /**
   * Bytes were received.
   *
   * @param session the session
   * @param bytes how many
   * @param messages how many messages they completed
   */
  default void read(Session<?> session, long bytes, int messages) {}

  /**
   * Bytes were handed to the operating system.
   *
   * @param session the session
   * @param bytes how many
   * @param messages how many messages were accepted for sending since the last call
   */
  default void written(Session<?> session, long bytes, int messages) {}

  /**
   * A message was thrown away because the queue was full.
   *
   * @param session the session
   */
  default void dropped(Session<?> session) {}

  /**
   * A session's outbound queue has become full.
   *
   * @param session the session
   */
  default void queueFull(Session<?> session) {}

  /**
   * A session is not read for a while because its listener is behind.
   *
   * @param session the session
   */
  default void readPaused(Session<?> session) {}

  /**
   * Callbacks of a session have run, one or several in a row.
   *
   * @param session the session
   * @param elapsed how long they took together
   * @param callbacks how many
   */
  default void callbacksRan(Session<?> session, Duration elapsed, int callbacks) {}

  /**
   * A connection was turned away.
   *
   * @param server by whom
   * @param peer where it came from
   * @param reason why
   */
  default void rejected(Server<?> server, @Nullable SocketAddress peer, RejectReason reason) {}

  /**
   * A connection to a server could not be established, because what stands between the socket and the
   * session didn't come to terms with the peer; {@link #rejected} follows. At a client this is a
   * failed attempt, see {@link #connectFailed}.
   *
   * @param server by whom
   * @param peer where it came from
   * @param cause why
   */
  default void handshakeFailed(Server<?> server, @Nullable SocketAddress peer, Throwable cause) {}

  /**
   * Connections could not be accepted, for instance because the process has too many open files. The
   * server tries again after a second.
   *
   * @param server the server
   * @param cause what failed
   */
  default void acceptFailed(Server<?> server, Throwable cause) {}

  /**
   * An attempt to connect failed, or the session that it brought was lost again within a second by no
   * doing of this side.
   *
   * @param client by whom
   * @param cause why
   * @param failures how many have failed in a row for this connection
   * @param nextAttempt how long the client waits before the next, or null if it gives up
   */
  default void connectFailed(
      Client<?> client, Throwable cause, int failures, @Nullable Duration nextAttempt) {}

  /**
   * A session that was lost, or that was to be {@linkplain Session#replace replaced}, has been replaced by a
   * new one.
   *
   * @param session the new session
   */
  default void reconnected(Session<?> session) {}
}
