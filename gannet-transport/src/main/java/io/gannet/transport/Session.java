package io.gannet.transport;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A connection that carries typed messages. Safe for use by any number of threads.
 *
 * <p><b>Sending.</b> The message is encoded on the calling thread, straight into the session's
 * outbound buffer, and written by the session's I/O thread; messages sent by one thread arrive in
 * that order. A message that was accepted before the session began to drain reaches the peer unless
 * the peer or the network fails. When more than the outbound limit waits (1 MiB unless configured),
 * the {@link QueuePolicy} decides.
 *
 * @param <M> the type of the messages
 */
public interface Session<M> extends CodecContext {

  /**
   * {@return a number that no other session of this process has}
   */
  long id();

  /**
   * {@return the name: the endpoint's name, a dash and the id, unless {@link #name(String)} set
   * another}
   */
  String name();

  /**
   * Gives the session a name, for logs.
   *
   * @param name the new name
   */
  void name(String name);

  /**
   * {@return the server or client that the session belongs to}
   */
  Endpoint<M> endpoint();

  /**
   * {@return the address of this side}
   */
  SocketAddress localAddress();

  /**
   * {@return the address of the other side}
   */
  SocketAddress remoteAddress();

  /**
   * {@return what is known of the connection beyond its addresses}
   */
  @Override
  ConnectionInfo connection();

  /**
   * Says that the peer receives what is sent to its address, because it has answered with something that
   * only a receiver could know. Until then a UDP server sends it no more than a few times what came from
   * it, see {@link UdpOptions#amplification()}: the address of a datagram may be forged. Does nothing on
   * other transports, whose connection has shown that already, and on clients.
   */
  default void confirmPeer() {}

  /**
   * Says that the session is ready for use, where that is awaited: see {@link ClientBuilder#awaitReady}.
   * To be called by the listener, in any callback or on any thread. Does nothing elsewhere, and when
   * called again.
   */
  default void ready() {}

  /**
   * Has the client open another session in place of this one, which is about to end: for instance because
   * the peer has said that it is leaving. {@link Client#session} no longer picks this one; it goes on until
   * either side closes it, and is among {@link Client#sessions} so long. The other is opened at once if
   * this one has lasted for a second; else when the {@link ClientBuilder#reconnect backoff} says so, so that
   * a peer that sends every session away at once is not flooded. Called on any thread. Does nothing on a
   * session of a server, on one that has closed, and when called again.
   */
  default void replace() {}

  /**
   * {@return whether the session is neither closed nor about to}
   */
  boolean isOpen();

  /**
   * Sends a message; what a full queue does is decided by the {@link QueuePolicy}.
   *
   * @param message the message
   * @throws SessionClosedException if the session is closed
   * @throws QueueFullException if the queue is full and the policy is {@link QueuePolicy#FAIL} or
   *     {@link QueuePolicy#CLOSE}, or it is {@link QueuePolicy#BLOCK} and the caller is an I/O thread
   * @throws SendTimeoutException if the policy is {@link QueuePolicy#BLOCK} and the queue stayed full
   *     for the whole write timeout
   * @throws EncodeException or whatever else the codec throws
   * @throws MessageTooLargeException if the encoded message is over {@link #maxMessageSize()}
   */
  void send(M message);

  /**
   * Sends a message and waits at most so long for room in the queue, whatever the policy.
   *
   * @param message the message
   * @param timeout how long; zero not at all
   * @throws SessionClosedException if the session is closed
   * @throws SendTimeoutException if the queue stayed full for the whole timeout
   * @throws QueueFullException if the queue is full and the caller is an I/O thread
   * @throws EncodeException or whatever else the codec throws
   * @throws MessageTooLargeException if the encoded message is over {@link #maxMessageSize()}
   */
  void send(M message, Duration timeout);

  /**
   * Sends a message if the queue is not full. Never waits, whatever the policy, and never makes the
   * peer wait: callbacks on the event loop that send in another way are given no more messages while
   * the peer doesn't take what it is sent; with this one it is for the caller to see to that.
   *
   * @param message the message
   * @return false if the queue is full; true if the message was accepted
   * @throws SessionClosedException if the session is closed
   * @throws EncodeException or whatever else the codec throws
   * @throws MessageTooLargeException if the encoded message is over {@link #maxMessageSize()}
   */
  boolean trySend(M message);

  /**
   * Sends a message and tells when its bytes have been handed to the operating system. Never throws:
   * every failure reaches the stage, with the exceptions of {@link #send(Object)}. With {@link
   * QueuePolicy#BLOCK} it waits for room as {@code send} does; with {@link QueuePolicy#DROP} the
   * stage of a dropped message fails with a {@link QueueFullException}.
   *
   * @param message the message
   * @return completed on a thread of the kind that runs the session's callbacks; stages of different
   *     messages may complete in any order
   */
  CompletionStage<Void> sendAsync(M message);

  /**
   * Sends messages as one batch: they leave one after the other with nothing in between, in one
   * write where the operating system takes it. Either all are accepted or none is. A batch counts as
   * one for the queue, and must not be larger than the outbound limit.
   *
   * @param messages the messages
   * @throws SessionClosedException if the session is closed
   * @throws QueueFullException as for {@link #send(Object)}, or if the batch is larger than the limit
   * @throws EncodeException or whatever else the codec throws
   * @throws MessageTooLargeException if an encoded message is over {@link #maxMessageSize()}
   */
  void sendAll(Collection<? extends M> messages);

  /**
   * Sends a message that is encoded already, past the codec. What a full queue does is decided by the {@link
   * QueuePolicy}.
   *
   * @param message the bytes of one whole message, framing included; copied, and its position moves
   *     to its limit
   * @throws SessionClosedException if the session is closed
   * @throws QueueFullException as for {@link #send(Object)}
   * @throws MessageTooLargeException if it is over {@link #maxMessageSize()}
   */
  void sendEncoded(ByteBuffer message);

  /**
   * Sends a message that has been encoded once for many sessions. What a full queue does is decided by the
   * {@link QueuePolicy}.
   *
   * @param message the message
   * @throws SessionClosedException if the session is closed
   * @throws QueueFullException as for {@link #send(Object)}
   * @throws MessageTooLargeException if it is over {@link #maxMessageSize()}
   */
  void sendEncoded(Encoded<? extends M> message);

  /**
   * Sends a message that is encoded already, past the codec, if the queue is not full. Never waits, as {@link
   * #trySend}.
   *
   * @param message the bytes of one whole message, framing included; if accepted they are copied, and its
   *     position moves to its limit
   * @return false if the queue is full; true if the message was accepted
   * @throws SessionClosedException if the session is closed
   * @throws MessageTooLargeException if it is over {@link #maxMessageSize()}
   */
  boolean trySendEncoded(ByteBuffer message);

  /**
   * Sends a message that has been encoded once for many sessions, if the queue is not full. Never waits, as
   * {@link #trySend}.
   *
   * @param message the message
   * @return false if the queue is full; true if the message was accepted
   * @throws SessionClosedException if the session is closed
   * @throws MessageTooLargeException if it is over {@link #maxMessageSize()}
   */
  boolean trySendEncoded(Encoded<? extends M> message);

  /**
   * Gets an attribute.
   *
   * @param key which one
   * @param <T> its type
   * @return its value, or null if it is not set
   */
  <T> @Nullable T get(AttributeKey<T> key);

  /**
   * Sets or removes an attribute.
   *
   * @param key which one
   * @param value its new value, or null to remove it
   * @param <T> its type
   * @return the value it had, or null
   */
  <T> @Nullable T set(AttributeKey<T> key, @Nullable T value);

  /**
   * Gets an attribute, and sets it first if it is not set. Atomic.
   *
   * @param key which one
   * @param initial makes the value; called at most once and under a lock: it must be short
   * @param <T> its type
   * @return its value
   */
  <T> T getOrSet(AttributeKey<T> key, Supplier<? extends T> initial);

  /**
   * {@return when the peer was last heard, or {@link #touch()} called; exact to a sweep of the
   * session's timers, which is a tenth of its shortest timeout and at most one second}
   */
  Instant lastActive();

  /** Counts as a sign of life for {@link #lastActive()} and the read-idle timeout. */
  void touch();

  /**
   * {@return the time between two calls of {@link SessionListener#onCron}; zero if it is not called}
   */
  Duration cronPeriod();

  /**
   * Changes the time between two calls of {@link SessionListener#onCron}, from the next call on.
   *
   * @param period zero to stop them; at least 10 ms otherwise
   */
  void cronPeriod(Duration period);

  /**
   * {@return the limit on the size of one encoded message in bytes, in and out}
   */
  @Override
  int maxMessageSize();

  /**
   * Changes the limit on the size of one encoded message, for instance once the peer has shown who it
   * is. Applies to messages that begin later.
   *
   * @param bytes the new limit
   */
  void maxMessageSize(int bytes);

  /**
   * {@return how long the peer may send nothing; zero for any time}
   */
  Duration readIdleTimeout();

  /**
   * Changes how long the peer may send nothing, see {@link EndpointBuilder#readIdleTimeout}.
   *
   * @param timeout the new timeout; zero for none
   */
  void readIdleTimeout(Duration timeout);

  /**
   * {@return the counters of this session, as they are now}
   */
  SessionStats stats();

  /** Closes the session as {@code close(StopMode.DRAIN)} does. */
  default void close() {
    close(StopMode.DRAIN);
  }

  /**
   * Closes the session. Later calls do nothing, except that {@link StopMode#NOW} cuts a drain short.
   * A callback that closes its session is the last but {@link SessionListener#onClose}: the listener is
   * given none of the messages that have come behind.
   * From inside a callback of this session, or on an I/O thread, {@link StopMode#DRAIN_AND_WAIT} does
   * not wait.
   *
   * @param mode what happens to running callbacks and queued messages; a drain ends at the latest
   *     after the endpoint's drain grace
   */
  void close(StopMode mode);

  /**
   * Closes the session as {@code close(StopMode.DRAIN)} does, and says why. A WebSocket peer is told; on
   * other transports it is only in this side's {@link CloseReason}.
   *
   * @param closeCode a close code that may be sent: 1000 to 1003, 1007 to 1014, or 3000 to 4999
   * @param message a text of at most 123 bytes in UTF-8
   * @throws IllegalArgumentException if the code may not be sent, or the text is too long
   */
  void close(int closeCode, String message);

  /**
   * {@return completes with the reason after {@link SessionListener#onClose} has returned}
   */
  CompletionStage<CloseReason> whenClosed();
}
