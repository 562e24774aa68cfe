package io.gannet.transport;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/**
 * What has sessions: a {@link Server} or a {@link Client}. Safe for use by any number of threads.
 *
 * @param <M> the type of the messages
 */
public interface Endpoint<M> extends AutoCloseable {

  /**
   * {@return the name, for logs and metrics}
   */
  String name();

  /**
   * {@return the sessions that are open now, a snapshot}
   */
  Collection<Session<M>> sessions();

  /**
   * {@return how many sessions there are now, those that are draining included}
   */
  int sessionCount();

  /**
   * Sends a message to every open session, as {@link #broadcast(Object, Predicate)} does.
   *
   * @param message the message
   * @return how many sessions accepted it
   * @throws EncodeException or whatever else the codec throws
   */
  default int broadcast(M message) {
    return broadcast(message, session -> true);
  }

  /**
   * Sends a message to some of the open sessions. Never waits: where the queue is full, {@link
   * QueuePolicy#CLOSE} closes the session, and every other policy leaves it out. Encodes for each session,
   * because a codec may have state; see {@link #broadcastEncoded(Encoded)} to encode once.
   *
   * @param message the message
   * @param filter which sessions are sent it; called once for each, on this thread
   * @return how many sessions accepted it
   * @throws EncodeException or whatever else the codec or the filter throws, after all sessions have been
   *     tried; what is thrown for further sessions is suppressed in the first
   */
  int broadcast(M message, Predicate<? super Session<M>> filter);

  /**
   * Sends a message that is encoded already to every open session, as {@link #broadcastEncoded(Encoded,
   * Predicate)} does.
   *
   * @param message the message
   * @return how many sessions accepted it
   * @throws MessageTooLargeException if it is over the limit of a session
   */
  default int broadcastEncoded(Encoded<? extends M> message) {
    return broadcastEncoded(message, session -> true);
  }

  /**
   * As {@link #broadcast(Object, Predicate)}, with a message that has been encoded once, for this endpoint or
   * for several.
   *
   * @param message the message
   * @param filter which sessions are sent it; called once for each, on this thread
   * @return how many sessions accepted it
   * @throws MessageTooLargeException if it is over the limit of a session, or whatever else the filter throws,
   *     after all sessions have been tried; what is thrown for further sessions is suppressed in the first
   */
  int broadcastEncoded(Encoded<? extends M> message, Predicate<? super Session<M>> filter);

  /**
   * {@return whether this endpoint has not been stopped}
   */
  boolean isRunning();

  /**
   * Stops, with the configured drain grace.
   *
   * @param mode what happens to running callbacks and queued messages
   * @return how it went
   */
  StopReport stop(StopMode mode);

  /**
   * Stops: no more sessions are opened, and those that are open close. A second call joins the first
   * and may only make it faster: {@link StopMode#NOW} cuts a drain short. From inside a callback of
   * one of its sessions, or on an I/O thread, {@link StopMode#DRAIN_AND_WAIT} does not wait.
   *
   * @param mode what happens to running callbacks and queued messages
   * @param grace how long a drain may take; what is left then is cut and reported
   * @return how it went
   */
  StopReport stop(StopMode mode, Duration grace);

  /**
   * {@return completes when this has been stopped and the last callback of its sessions has returned;
   * a program whose only job is to serve can {@code join} it}
   */
  CompletionStage<Void> whenStopped();

  /** Stops as {@code stop(StopMode.DRAIN_AND_WAIT)} does. */
  @Override
  default void close() {
    stop(StopMode.DRAIN_AND_WAIT);
  }
}
