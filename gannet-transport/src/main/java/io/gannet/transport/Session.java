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
 * <p><b>Sending.</b> The calling thread encodes the message directly into the session's outbound
 * buffer, and the session's I/O thread writes it. Messages of one thread arrive in the order in
 * which they were sent. A message that was accepted before the session started to drain reaches the
 * peer, unless the peer or the network fails. When the outbound queue is full (1 MiB by default),
 * the {@link QueuePolicy} decides.
 *
 * @param <M> the type of the messages
 */
public interface Session<M> extends CodecContext {

  /** {@return a number that is unique among the sessions of this process} */
  long id();

  /**
   * {@return the name: the endpoint's name, a dash and the id, unless {@link #setName} has set
   * another}
   */
  String name();

  /**
   * Sets the name of the session, for logs.
   *
   * @param name the new name
   */
  void setName(String name);

  /** {@return the server or client that the session belongs to} */
  Endpoint<M> endpoint();

  /** {@return the address of this side} */
  SocketAddress localAddress();

  /** {@return the address of the peer} */
  SocketAddress remoteAddress();

  /** {@return the properties of the connection beyond its addresses} */
  @Override
  ConnectionInfo connection();

  /**
   * Confirms that the peer receives data at its address, because it has answered with something
   * that only a receiver could know. Until then, a UDP server limits the data that it sends to a
   * multiple of the data that it has received, see {@link UdpOptions#amplification()}, because the
   * source address of a datagram may be forged. Has no effect on clients and on other transports,
   * whose handshake confirms the peer.
   */
  default void confirmPeer() {}

  /**
   * Declares the session ready for use, see {@link ClientBuilder#awaitReady}. The listener calls
   * this, in any callback or on any thread. Has no effect without {@code awaitReady}, and when
   * called again.
   */
  default void ready() {}

  /**
   * Tells the client to open another session in place of this one, which is about to end, for
   * instance because the peer has announced its shutdown. {@link Client#session} no longer returns
   * this session. It continues until either side closes it, and {@link Client#sessions} contains it
   * until then. The new session is opened at once if this one has lasted for a second. Otherwise it
   * is opened after the {@link ClientBuilder#reconnect backoff}, so that a peer that turns every
   * session away at once isn't flooded. May be called on any thread. Has no effect on a session of
   * a server, on a closed one, and when called again.
   */
  default void replace() {}

  /** {@return whether the session is open, neither closing nor closed} */
  boolean isOpen();

  /**
   * Sends a message. If the queue is full, the {@link QueuePolicy} decides what happens.
   *
   * @param message the message
   * @throws SessionClosedException if the session is closed
   * @throws QueueFullException if the queue is full and the policy is {@link QueuePolicy#FAIL} or
   *     {@link QueuePolicy#CLOSE}, or it is {@link QueuePolicy#BLOCK} and the caller is an I/O
   *     thread
   * @throws SendTimeoutException if the policy is {@link QueuePolicy#BLOCK} and the queue stayed
   *     full for the whole write timeout
   * @throws EncodeException or any other exception that the codec throws
   * @throws MessageTooLargeException if the encoded message exceeds {@link #maxMessageSize()}
   */
  void send(M message);

  /**
   * Sends a message. If the queue is full, waits for room up to a timeout, whatever the policy.
   *
   * @param message the message
   * @param timeout the maximum time to wait; zero for not waiting
   * @throws SessionClosedException if the session is closed
   * @throws SendTimeoutException if the queue stayed full for the whole timeout
   * @throws QueueFullException if the queue is full and the caller is an I/O thread
   * @throws EncodeException or any other exception that the codec throws
   * @throws MessageTooLargeException if the encoded message exceeds {@link #maxMessageSize()}
   */
  void send(M message, Duration timeout);

  /**
   * Sends a message if the queue is not full. Never waits, whatever the policy, and never slows the
   * peer down. With other ways of sending, callbacks on the event loop receive no further messages
   * while the peer doesn't read what it is sent. With this one, the caller is responsible for that.
   *
   * @param message the message
   * @return false if the queue is full; true if the message was accepted
   * @throws SessionClosedException if the session is closed
   * @throws EncodeException or any other exception that the codec throws
   * @throws MessageTooLargeException if the encoded message exceeds {@link #maxMessageSize()}
   */
  boolean trySend(M message);

  /**
   * Sends a message, and reports when its bytes have been passed to the operating system. Never
   * throws: the stage reports every failure, with the exceptions of {@link #send(Object)}. With
   * {@link QueuePolicy#BLOCK} it waits for room like {@code send}. With {@link QueuePolicy#DROP}
   * the stage of a dropped message fails with a {@link QueueFullException}.
   *
   * @param message the message
   * @return a stage that completes on a thread of the kind that runs the session's callbacks;
   *     stages of different messages may complete in any order
   */
  CompletionStage<Void> sendAsync(M message);

  /**
   * Sends messages as one batch. They are sent one after the other without other messages between
   * them, in one write if the operating system accepts it. Either all are accepted or none. A batch
   * counts as one message for the queue, and must not be larger than the outbound limit.
   *
   * @param messages the messages
   * @throws SessionClosedException if the session is closed
   * @throws QueueFullException as for {@link #send(Object)}, or if the batch is larger than the
   *     limit
   * @throws EncodeException or any other exception that the codec throws
   * @throws MessageTooLargeException if an encoded message exceeds {@link #maxMessageSize()}
   */
  void sendAll(Collection<? extends M> messages);

  /**
   * Sends an already encoded message without the codec. If the queue is full, the
   * {@link QueuePolicy} decides what happens.
   *
   * @param message the bytes of one whole message, framing included; they are copied, and the
   *     buffer's position moves to its limit
   * @throws SessionClosedException if the session is closed
   * @throws QueueFullException as for {@link #send(Object)}
   * @throws MessageTooLargeException if the message exceeds {@link #maxMessageSize()}
   */
  void sendEncoded(ByteBuffer message);

  /**
   * Sends a message that was encoded once for many sessions. If the queue is full, the
   * {@link QueuePolicy} decides what happens.
   *
   * @param message the message
   * @throws SessionClosedException if the session is closed
   * @throws QueueFullException as for {@link #send(Object)}
   * @throws MessageTooLargeException if the message exceeds {@link #maxMessageSize()}
   */
  void sendEncoded(Encoded<? extends M> message);

  /**
   * Sends an already encoded message without the codec if the queue is not full. Never waits, like
   * {@link #trySend}.
   *
   * @param message the bytes of one whole message, framing included; if accepted, they are copied,
   *     and the buffer's position moves to its limit
   * @return false if the queue is full; true if the message was accepted
   * @throws SessionClosedException if the session is closed
   * @throws MessageTooLargeException if the message exceeds {@link #maxMessageSize()}
   */
  boolean trySendEncoded(ByteBuffer message);

  /**
   * Sends a message that was encoded once for many sessions if the queue is not full. Never waits,
   * like {@link #trySend}.
   *
   * @param message the message
   * @return false if the queue is full; true if the message was accepted
   * @throws SessionClosedException if the session is closed
   * @throws MessageTooLargeException if the message exceeds {@link #maxMessageSize()}
   */
  boolean trySendEncoded(Encoded<? extends M> message);

  /**
   * Returns an attribute.
   *
   * @param key the attribute
   * @param <T> its type
   * @return its value, or null if it is not set
   */
  <T> @Nullable T get(AttributeKey<T> key);

  /**
   * Sets or removes an attribute.
   *
   * @param key the attribute
   * @param value its new value, or null to remove it
   * @param <T> its type
   * @return the previous value, or null
   */
  <T> @Nullable T set(AttributeKey<T> key, @Nullable T value);

  /**
   * Returns an attribute, and sets it first if it is not set. Atomic.
   *
   * @param key the attribute
   * @param initial creates the value; called at most once and under a lock, so it must be quick
   * @param <T> its type
   * @return its value
   */
  <T> T getOrSet(AttributeKey<T> key, Supplier<? extends T> initial);

  /**
   * {@return when data was last received or {@link #touch()} called; exact to a check of the
   * session's timers, which run every tenth of the shortest timeout and at least every second}
   */
  Instant lastActive();

  /** Counts as activity of the peer, for {@link #lastActive()} and the read-idle timeout. */
  void touch();

  /** {@return the period of {@link SessionListener#onCron}; zero if it is not called} */
  Duration cron();

  /**
   * Changes the period of {@link SessionListener#onCron}, from the next call on.
   *
   * @param period the period, at least 10 ms; zero stops the calls
   */
  void setCron(Duration period);

  /** {@return the maximum size of one encoded message in bytes, in both directions} */
  @Override
  int maxMessageSize();

  /**
   * Changes the maximum size of one encoded message, for instance after the peer has signed in.
   * Applies to messages that start later.
   *
   * @param bytes the new maximum
   */
  void setMaxMessageSize(int bytes);

  /** {@return how long the peer may send nothing; zero for no limit} */
  Duration readIdleTimeout();

  /**
   * Changes how long the peer may send nothing, see {@link EndpointBuilder#readIdleTimeout}.
   *
   * @param timeout the new timeout; zero for no limit
   */
  void setReadIdleTimeout(Duration timeout);

  /** {@return a snapshot of the session's counters} */
  SessionStats stats();

  /** Closes the session like {@code close(StopMode.DRAIN)}. */
  default void close() {
    close(StopMode.DRAIN);
  }

  /**
   * Closes the session. Further calls have no effect, except that {@link StopMode#NOW} aborts a
   * drain. If a callback closes its session, only {@link SessionListener#onClose} is called after
   * it: messages that have already arrived are not delivered. On an I/O thread, or in a callback of
   * this session, {@link StopMode#DRAIN_AND_WAIT} doesn't wait.
   *
   * @param mode what happens to running callbacks and queued messages; a drain ends at the latest
   *     after the endpoint's drain grace period
   */
  void close(StopMode mode);

  /**
   * Closes the session like {@code close(StopMode.DRAIN)}, with a reason. A WebSocket peer receives
   * it; on other transports it appears only in this side's {@link CloseReason}.
   *
   * @param closeCode a close code: 1000 to 1003, 1007 to 1014, or 3000 to 4999
   * @param message a text of at most 123 bytes in UTF-8
   * @throws IllegalArgumentException if the code is not allowed, or the text is too long
   */
  void close(int closeCode, String message);

  /**
   * {@return a stage that completes with the reason after {@link SessionListener#onClose} has
   * returned}
   */
  CompletionStage<CloseReason> whenClosed();
}
