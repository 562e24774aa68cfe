package io.gannet.transport;

import io.gannet.transport.internal.spi.TransportProvider;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Matches responses to requests, for protocols where each request has one response, such as Redis,
 * devices, and older servers. Works with sessions of clients and servers, and with any codec whose
 * messages include both requests and responses.
 *
 * <pre>{@code
 * Requests<String> requests = Requests.<String>ordered().withTimeout(Duration.ofSeconds(2));
 * Client<String> client = Client.tcp("localhost", 9000)
 *     .codec(Codecs.lines())
 *     .listener(requests.listener((session, message) -> log.info("unexpected: {}", message)))
 *     .start();
 * String answer = requests.call(client.session(), "TIME");
 * }</pre>
 *
 * <p><b>Matching.</b> With {@link #ordered}, responses arrive in the order of the requests, and
 * requests are sent in the order in which they wait for a response, whichever threads make them.
 * With {@link #keyed}, each response has the key of its request. A message that isn't a response
 * goes to the {@linkplain #listener listener}.
 *
 * <p><b>Abandoned requests</b> keep their place. The response to a request that was cancelled or
 * has timed out is discarded and never matched to another request. If the response still hasn't
 * arrived after a second timeout, an ordered session is closed, because its next message can't be
 * matched; a keyed request is forgotten. An ordered session is also closed if a message can't be
 * decoded while requests wait; later messages are discarded.
 *
 * <p><b>End of a session.</b> Waiting requests fail with {@link SessionClosedException}. They are
 * not sent again on another session, because the peer may have handled them.
 *
 * <p>Not for requests with several responses, or with none (use {@link Session#send(Object)} if the
 * peer sends none). Ordered requests don't work over UDP, which loses messages. Immutable, and safe
 * for use by any number of threads.
 *
 * @param <M> the type of the messages
 */
public interface Requests<M> {

  /**
   * Creates requests whose responses arrive in the order of the requests.
   *
   * @param <M> the type of the messages
   * @return requests with a timeout of 3 s and at most 1,024 pending requests per session
   */
  static <M> Requests<M> ordered() {
    return TransportProvider.load().requests(null, null);
  }

  /**
   * Creates requests whose responses have the key of the request. Keys need {@code equals} and
   * {@code hashCode}. Two requests with the same key can't wait at the same time.
   *
   * @param keyOfRequest returns the key of a request
   * @param keyOfMessage returns the key of a received message, or null if it isn't a response
   * @param <M> the type of the messages
   * @param <K> the type of the keys
   * @return requests with a timeout of 3 s and at most 1,024 pending requests per session
   */
  static <M, K> Requests<M> keyed(
      Function<? super M, ? extends K> keyOfRequest,
      Function<? super M, ? extends @Nullable K> keyOfMessage) {
    return TransportProvider.load().requests(keyOfRequest, keyOfMessage);
  }

  /**
   * Sets how long a request waits for its response, including the time before the request is sent.
   *
   * @param timeout the timeout; zero for no limit
   * @return a copy; a listener of the copy works only with the copy
   */
  Requests<M> withTimeout(Duration timeout);

  /**
   * Sets how many requests may wait on a session, including abandoned ones without a response.
   *
   * @param requests at least 1
   * @return a copy; a listener of the copy works only with the copy
   */
  Requests<M> withMaxPending(int requests);

  /**
   * Sets which messages are never a response, such as those of a subscription. They go to the
   * listener. For keyed requests it is simpler to return null as their key.
   *
   * @param condition called for each received message; an ordered session is closed if it throws
   * @return a copy; a listener of the copy works only with the copy
   */
  Requests<M> withUnsolicited(Predicate<? super M> condition);

  /**
   * Creates the listener that sessions with requests need: set it with
   * {@link EndpointBuilder#listener}, {@link EndpointBuilder#listenerPerSession} or
   * {@link SessionSetup#listener}.
   *
   * @param others receives the messages that aren't responses, and all other events
   * @return the listener
   */
  SessionListener<M> listener(SessionListener<M> others);

  /**
   * Sends a request and waits for its response, at most for the timeout of {@link #withTimeout}.
   *
   * @param session a session whose listener is {@link #listener}
   * @param request the request
   * @return the response
   * @throws RequestTimeoutException if the response doesn't arrive in time
   * @throws SessionClosedException if the session is closed, or closes while the request waits
   * @throws QueueFullException if too many requests are pending, or the outbound queue is full, for
   *     the whole timeout
   * @throws IllegalStateException on an I/O thread and in a callback of the session, because the
   *     response could not arrive (use {@link #callAsync(Session, Object)}); or if the session has
   *     another listener
   * @throws IllegalArgumentException if another request with the same key waits
   * @throws TransportException if the thread is interrupted, whose interrupt status stays set; or
   *     any exception of the codec
   */
  M call(Session<M> session, M request);

  /**
   * Works like {@link #call(Session, Object)}, with another timeout.
   *
   * @param session a session whose listener is {@link #listener}
   * @param request the request
   * @param timeout the timeout; zero for no limit
   * @return the response
   */
  M call(Session<M> session, M request, Duration timeout);

  /**
   * Sends a request without waiting. If too many requests are pending, or the outbound queue is
   * full, the future fails with {@link QueueFullException} at once. Never throws: the future
   * reports every failure, with the exceptions of {@link #call(Session, Object)}.
   *
   * @param session a session whose listener is {@link #listener}
   * @param request the request
   * @return the response. The session's callback completes it, so dependent stages must not block
   *     for longer than {@link SessionListener#onMessage} may. Cancelling it abandons the request
   */
  CompletableFuture<M> callAsync(Session<M> session, M request);

  /**
   * Works like {@link #callAsync(Session, Object)}, with another timeout.
   *
   * @param session a session whose listener is {@link #listener}
   * @param request the request
   * @param timeout the timeout; zero for no limit
   * @return the response
   */
  CompletableFuture<M> callAsync(Session<M> session, M request, Duration timeout);
}
