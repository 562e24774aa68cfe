package io.gannet.transport;

import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The settings that servers and clients have in common. A builder may start several endpoints; it is
 * not thread-safe. Every timeout accepts zero for "none", but for the drain grace and the connect
 * timeout.
 *
 * @param <M> the type of the messages
 * @param <B> the type of the builder itself
 */
public interface EndpointBuilder<M, B extends EndpointBuilder<M, B>> {

  /**
   * Names the endpoint, for logs and metrics.
   *
   * @param name the name; by default made of the transport and the address as it was given, such as {@code
   *     tcp-server-0.0.0.0:7000}
   * @return this
   */
  B name(String name);

  /**
   * Sets who is called with what happens, for all sessions.
   *
   * @param listener the listener
   * @return this
   */
  B listener(SessionListener<M> listener);

  /**
   * Sets who is called with what happens, one for each session.
   *
   * @param factory makes a listener, on the session's I/O thread
   * @return this
   */
  B listenerPerSession(Supplier<? extends SessionListener<M>> factory);

  /**
   * Sets who is called with each message, for those who need no other event.
   *
   * @param handler the handler
   * @return this
   */
  default B onMessage(MessageHandler<M> handler) {
    return listener(handler::onMessage);
  }

  /**
   * Closes a session when {@link SessionListener#onMessage} or {@link SessionListener#onCron} throws, after
   * {@link SessionListener#onError}, with {@link CloseReason.Kind#LISTENER_FAILED}: what has been sent is
   * still written, messages that wait for the listener are thrown away. For protocols of requests and
   * answers, where a peer would wait for ever for the answer that a failed callback hasn't sent. By default
   * the session goes on, so that one bad message doesn't cost a peer all others that it has under way. A
   * {@link SessionClosedException} on a session that has ended is no such failure: messages that came before
   * the end are still delivered, and the reason stays.
   *
   * @return this
   */
  B closeOnListenerFailure();

  /**
   * Sets a hook that is called for each connection before it becomes a session, to give it a codec, a
   * listener, limits or attributes of its own, or to refuse it.
   *
   * @param hook the hook
   * @return this
   */
  B setup(SessionSetup.Hook<M> hook);

  /**
   * Chooses the threads that run callbacks.
   *
   * @param dispatch {@link Dispatch#virtual()} by default
   * @return this
   */
  B dispatch(Dispatch dispatch);

  /**
   * Sets the I/O threads. Without this the endpoint uses those that the process shares, see {@link
   * EventLoops}.
   *
   * @param loops the threads; closed by their maker
   * @return this
   */
  B eventLoops(EventLoops loops);

  /**
   * Sets the options of sockets.
   *
   * @param options the options
   * @return this
   */
  B socketOptions(SocketOptions options);

  /**
   * Compresses all connections. Both sides must be set to the same.
   *
   * @param compression how; not by default
   * @return this
   * @throws UnsupportedOperationException on UDP, and on WebSocket, which has a compression of its own:
   *     {@link WebSocketOptions#withCompression()}
   */
  B compression(Compression compression);

  /**
   * Sets the limit on the size of one message, framing included, in and out.
   *
   * @param bytes 4 MiB by default; on UDP 65,507, which is also the most that it can carry
   * @return this
   */
  B maxMessageSize(int bytes);

  /**
   * Sets what sending does when a session's outbound queue is full.
   *
   * @param policy {@link QueuePolicy#BLOCK} by default
   * @return this
   */
  B queuePolicy(QueuePolicy policy);

  /**
   * Sets the limits of each session's outbound queue. The queue is full when {@code high} bytes or
   * more wait, and until no more than {@code low} do; a message that begins below {@code high} is
   * taken whole, so that at most {@code high} bytes and one message wait.
   *
   * @param high in bytes, 1 MiB by default
   * @param low in bytes, 512 KiB by default
   * @return this
   */
  B outboundQueue(int high, int low);

  /**
   * Sets how long a send may wait for room in the queue, see {@link QueuePolicy#BLOCK}.
   *
   * @param timeout 30 s by default; zero waits without an end
   * @return this
   */
  B writeTimeout(Duration timeout);

  /**
   * Sets how far a listener may be behind before its session is not read, until it has done half of
   * that. What one read brings is taken whole. Does not apply to {@link Dispatch#eventLoop()}.
   *
   * @param messages 1,024 by default
   * @param bytes 4 MiB by default
   * @return this
   */
  B inboundQueue(int messages, int bytes);

  /**
   * Sets how long a connection may take from when its socket is connected until messages can be sent:
   * for the handshakes of all that stands between the socket and the session, together. Without any
   * of that, as on plain TCP, there is nothing to wait for.
   *
   * @param timeout 10 s by default; zero waits without an end
   * @return this
   */
  B handshakeTimeout(Duration timeout);

  /**
   * Sets how long a peer may take from the first byte of a message to its last, before the session
   * closes with {@link CloseReason.Kind#INCOMPLETE_MESSAGE}.
   *
   * @param timeout 30 s by default
   * @return this
   */
  B incompleteMessageTimeout(Duration timeout);

  /**
   * Sets how long a peer may accept no byte while some wait for it, before the session closes with
   * {@link CloseReason.Kind#WRITE_STALLED}.
   *
   * @param timeout 30 s by default
   * @return this
   */
  B writeStallTimeout(Duration timeout);

  /**
   * Sets how long a peer may send nothing before the session closes with {@link
   * CloseReason.Kind#READ_IDLE}.
   *
   * @param timeout none by default; a minute on UDP servers, where it is the only end that sessions have
   * @return this
   */
  B readIdleTimeout(Duration timeout);

  /**
   * Has {@link SessionListener#onCron} called periodically.
   *
   * @param period none by default; at least 10 ms otherwise
   * @return this
   */
  B cron(Duration period);

  /**
   * Sends a message whenever nothing has been sent, or nothing has been received, for a period; and
   * closes the session with {@link CloseReason.Kind#HEARTBEAT_TIMEOUT} when nothing at all has been
   * received for the timeout. Whether and how the peer answers is up to the protocol.
   *
   * @param period the time between heartbeats, at least 10 ms
   * @param timeout more than the period; zero for none
   * @param message makes the message, on the session's I/O thread
   * @return this
   */
  B heartbeat(Duration period, Duration timeout, Function<Session<M>, ? extends M> message);

  /**
   * As {@link #heartbeat(Duration, Duration, Function)}, with what the transport itself has for that:
   * the pings of WebSocket. Other transports have nothing, and can't be started with this.
   *
   * @param period the time between heartbeats, at least 10 ms
   * @param timeout more than the period; zero for none
   * @return this
   */
  B heartbeat(Duration period, Duration timeout);

  /**
   * Sets how long a drain may take.
   *
   * @param grace 10 s by default; zero cuts at once what can't be sent at once
   * @return this
   */
  B drainGrace(Duration grace);

  /**
   * Adds an observer, for metrics.
   *
   * @param observer the observer
   * @return this
   */
  B observer(TransportObserver observer);

  /**
   * Logs every byte that is received or sent in hexadecimal, to the SLF4J logger {@code
   * io.gannet.transport.wire} at level INFO. For debugging; slow.
   *
   * @param on off by default
   * @return this
   */
  B wireDump(boolean on);

  /**
   * Sets the time that timeouts, periods and backoffs are measured by. For tests.
   *
   * @param time {@link TimeSource#system()} by default
   * @return this
   */
  B time(TimeSource time);
}
