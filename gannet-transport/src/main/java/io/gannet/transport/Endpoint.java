package io.gannet.transport;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/**
 * A {@link Server} or a {@link Client}: the owner of sessions. Safe for use by any number of
 * threads.
 *
 * @param <M> the type of the messages
 */
public interface Endpoint<M> extends AutoCloseable {

  /** {@return the name, for logs and metrics} */
  String name();

  /** {@return a snapshot of the open sessions} */
  Collection<Session<M>> sessions();

  /** {@return the number of sessions, including those that are draining} */
  int sessionCount();

  /**
   * Sends a message to every open session, like {@link #broadcast(Object, Predicate)}.
   *
   * @param message the message
   * @return the number of sessions that accepted it
   * @throws EncodeException or any other exception that the codec throws
   */
  default int broadcast(M message) {
    return broadcast(message, session -> true);
  }

  /**
   * Sends a message to some of the open sessions. Never waits: if a queue is full,
   * {@link QueuePolicy#CLOSE} closes the session, and every other policy skips it. Encodes the
   * message for each session, because a codec may have state. To encode once, use
   * {@link #broadcastEncoded(Encoded)}.
   *
   * @param message the message
   * @param filter selects the sessions; called once for each, on the calling thread
   * @return the number of sessions that accepted it
   * @throws EncodeException or any other exception of the codec or the filter, after all sessions
   *     have been tried; exceptions for further sessions are added as suppressed
   */
  int broadcast(M message, Predicate<? super Session<M>> filter);

  /**
   * Sends an encoded message to every open session, like
   * {@link #broadcastEncoded(Encoded, Predicate)}.
   *
   * @param message the message
   * @return the number of sessions that accepted it
   * @throws MessageTooLargeException if the message exceeds the limit of a session
   */
  default int broadcastEncoded(Encoded<? extends M> message) {
    return broadcastEncoded(message, session -> true);
  }

  /**
   * Sends a message that was encoded once, for this endpoint or for several, to some of the open
   * sessions. Otherwise like {@link #broadcast(Object, Predicate)}.
   *
   * @param message the message
   * @param filter selects the sessions; called once for each, on the calling thread
   * @return the number of sessions that accepted it
   * @throws MessageTooLargeException if the message exceeds the limit of a session, or any
   *     exception of the filter, after all sessions have been tried; exceptions for further
   *     sessions are added as suppressed
   */
  int broadcastEncoded(Encoded<? extends M> message, Predicate<? super Session<M>> filter);

  /** {@return whether this endpoint has not been stopped} */
  boolean isRunning();

  /**
   * Stops the endpoint, with the configured {@link EndpointBuilder#drainGrace drain grace period}.
   *
   * @param mode what happens to running callbacks and queued messages
   * @return the outcome
   */
  StopReport stop(StopMode mode);

  /**
   * Stops the endpoint: opens no more sessions, and closes the open ones. A second call joins the
   * first one and may only make it faster: {@link StopMode#NOW} aborts a drain. On an I/O thread,
   * or in a callback of one of its sessions, {@link StopMode#DRAIN_AND_WAIT} doesn't wait.
   *
   * @param mode what happens to running callbacks and queued messages
   * @param grace the maximum duration of a drain; sessions that haven't finished by then are
   *     aborted and reported
   * @return the outcome
   */
  StopReport stop(StopMode mode, Duration grace);

  /**
   * {@return a stage that completes when the endpoint has stopped and the last callback of its
   * sessions has returned; a program that only serves can {@code join} it}
   */
  CompletionStage<Void> whenStopped();

  /** Stops the endpoint like {@code stop(StopMode.DRAIN_AND_WAIT)}. */
  @Override
  default void close() {
    stop(StopMode.DRAIN_AND_WAIT);
  }
}
