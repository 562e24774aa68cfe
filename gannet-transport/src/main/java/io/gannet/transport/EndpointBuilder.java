package io.gannet.transport;

import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The settings that servers and clients share. A builder may start several endpoints. It is not
 * thread-safe. Every timeout except the drain grace and the connect timeout accepts zero, which
 * disables it.
 *
 * @param <M> the type of the messages
 * @param <B> the type of the builder itself
 */
public interface EndpointBuilder<M, B extends EndpointBuilder<M, B>> {

  /**
   * Names the endpoint, for logs and metrics.
   *
   * @param name the name; by default the transport and the configured address, such as
   *     {@code tcp-server-0.0.0.0:7000}
   * @return this
   */
  B name(String name);

  /**
   * Sets the listener for the events of all sessions.
   *
   * @param listener the listener
   * @return this
   */
  B listener(SessionListener<M> listener);

  /**
   * Sets a factory that creates a listener for each session.
   *
   * @param factory creates a listener, on the session's I/O thread
   * @return this
   */
  B listenerPerSession(Supplier<? extends SessionListener<M>> factory);

  /**
   * Sets a handler for messages, if no other event is of interest.
   *
   * @param handler the handler
   * @return this
   */
  default B onMessage(MessageHandler<M> handler) {
    return listener(handler::onMessage);
  }

  /**
   * Closes a session with {@link CloseReason.Kind#LISTENER_FAILED} if
   * {@link SessionListener#onMessage} or {@link SessionListener#onCron} throws.
   * {@link SessionListener#onError} is called first. Sent messages are still written; messages that
   * wait for the listener are dropped. This is for request-response protocols, whose peer would
   * otherwise wait forever for the response that a failed callback hasn't sent.
   *
   * <p>By default the session continues, so that one bad message doesn't fail the peer's other
   * requests. A {@link SessionClosedException} on a session that has ended doesn't count as a
   * failure: messages that arrived before the end are still delivered, and the close reason stays.
   *
   * @return this
   */
  B closeOnListenerFailure();

  /**
   * Sets a hook that is called for each connection before it becomes a session. The hook can set
   * the connection's codec, listener, limits and attributes, or reject the connection.
   *
   * @param hook the hook
   * @return this
   */
  B setup(SessionSetup.Hook<M> hook);

  /**
   * Sets the threads that run callbacks.
   *
   * @param dispatch {@link Dispatch#virtual()} by default
   * @return this
   */
  B dispatch(Dispatch dispatch);

  /**
   * Sets the I/O threads. By default, the endpoint uses those that the process shares, see
   * {@link EventLoops}.
   *
   * @param loops the threads; closed by their creator
   * @return this
   */
  B eventLoops(EventLoops loops);

  /**
   * Sets the socket options.
   *
   * @param options the options
   * @return this
   */
  B socketOptions(SocketOptions options);

  /**
   * Compresses all connections. Both sides must use the same algorithm.
   *
   * @param compression the compression; none by default
   * @return this
   * @throws UnsupportedOperationException on UDP, and on WebSocket, which has its own compression:
   *     {@link WebSocketOptions#withCompression()}
   */
  B compression(Compression compression);

  /**
   * Sets the limit on the size of one message, framing included, in both directions.
   *
   * @param bytes 4 MiB by default; on UDP 65,507, which is also the maximum
   * @return this
   */
  B maxMessageSize(int bytes);

  /**
   * Sets what happens when a message is sent while the session's outbound queue is full.
   *
   * @param policy {@link QueuePolicy#BLOCK} by default
   * @return this
   */
  B queuePolicy(QueuePolicy policy);

  /**
   * Sets the limits of each session's outbound queue. The queue becomes full at {@code high} bytes,
   * and stays full until at most {@code low} bytes wait. A message that starts below {@code high}
   * is accepted whole, so that at most {@code high} bytes and one message wait.
   *
   * @param high in bytes, 1 MiB by default
   * @param low in bytes, 512 KiB by default
   * @return this
   */
  B outboundQueue(int high, int low);

  /**
   * Sets how long a send may wait for room in the queue with {@link QueuePolicy#BLOCK}.
   *
   * @param timeout 30 s by default; zero waits without a limit
   * @return this
   */
  B writeTimeout(Duration timeout);

  /**
   * Sets the limits of the queue of received messages. At a limit, reading of the session pauses
   * until the listener has handled half of them. All data of one read is accepted. Doesn't apply to
   * {@link Dispatch#eventLoop()}.
   *
   * @param messages 1,024 by default
   * @param bytes 4 MiB by default
   * @return this
   */
  B inboundQueue(int messages, int bytes);

  /**
   * Sets the time from the connection of the socket until messages can be sent. It covers all
   * handshakes together, such as those of TLS and WebSocket. Plain TCP has no handshake to wait
   * for.
   *
   * @param timeout 10 s by default; zero waits without a limit
   * @return this
   */
  B handshakeTimeout(Duration timeout);

  /**
   * Sets the time from the first byte of a message to its last. If a peer takes longer, the session
   * closes with {@link CloseReason.Kind#INCOMPLETE_MESSAGE}.
   *
   * @param timeout 30 s by default
   * @return this
   */
  B incompleteMessageTimeout(Duration timeout);

  /**
   * Sets how long a peer may accept no byte while data waits to be sent. If it takes longer, the
   * session closes with {@link CloseReason.Kind#WRITE_STALLED}. Bytes in the operating system's
   * buffer don't count as waiting.
   *
   * @param timeout 30 s by default
   * @return this
   */
  B writeStallTimeout(Duration timeout);

  /**
   * Sets how long a peer may send nothing. If it takes longer, the session closes with
   * {@link CloseReason.Kind#READ_IDLE}.
   *
   * @param timeout none by default; 1 minute on UDP servers, where nothing else ends sessions
   * @return this
   */
  B readIdleTimeout(Duration timeout);

  /**
   * Calls {@link SessionListener#onCron} periodically.
   *
   * @param period none by default; at least 10 ms
   * @return this
   */
  B cron(Duration period);

  /**
   * Sends a message whenever nothing was sent, or nothing was received, for a period. If nothing
   * was received for the timeout, closes the session with
   * {@link CloseReason.Kind#HEARTBEAT_TIMEOUT}. The protocol defines whether and how the peer
   * answers.
   *
   * @param period the time between heartbeats, at least 10 ms
   * @param timeout longer than the period; zero for none
   * @param message creates the message, on the session's I/O thread
   * @return this
   */
  B heartbeat(Duration period, Duration timeout, Function<Session<M>, ? extends M> message);

  /**
   * Works like {@link #heartbeat(Duration, Duration, Function)}, with the transport's own
   * heartbeat: the pings of WebSocket. Other transports don't have one, so an endpoint with this
   * setting can't be started on them.
   *
   * @param period the time between heartbeats, at least 10 ms
   * @param timeout longer than the period; zero for none
   * @return this
   */
  B heartbeat(Duration period, Duration timeout);

  /**
   * Sets the maximum duration of a drain.
   *
   * @param grace 10 s by default; with zero, data that can't be sent at once is discarded
   * @return this
   */
  B drainGrace(Duration grace);

  /**
   * Adds an observer, for example for metrics.
   *
   * @param observer the observer
   * @return this
   */
  B observer(TransportObserver observer);

  /**
   * Logs all received and sent bytes in hexadecimal, to the SLF4J logger
   * {@code io.gannet.transport.wire} at level INFO. For debugging; slow.
   *
   * @return this
   */
  B wireDump();

  /**
   * Sets the time source of timeouts, periods and backoffs. For tests.
   *
   * @param time {@link TimeSource#system()} by default
   * @return this
   */
  B time(TimeSource time);
}
