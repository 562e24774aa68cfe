package io.gannet.transport;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Matches answers to requests, for protocols where each request has one answer: Redis, devices, older
 * servers. Works with the sessions of clients and of servers, over any codec whose messages are both
 * requests and answers.
 *
 * <pre>{@code
 * Requests<String> requests = Requests.<String>ordered().withTimeout(Duration.ofSeconds(2));
 * Client<String> client = Client.tcp("localhost", 9000)
 *     .codec(Codecs.lines())
 *     .listener(requests.listener((session, message) -> log.info("not asked for: {}", message)))
 *     .start();
 * String answer = requests.call(client.session(), "TIME");
 * }</pre>
 *
 * <p><b>Matching.</b> With {@link #ordered}, answers come in the order of the requests: requests are sent in
 * the order in which they wait, whatever threads make them. With {@link #keyed}, each answer has the key of
 * its request. A message that answers nothing goes to the {@linkplain #listener listener}.
 *
 * <p><b>What is given up</b> keeps its place: the answer to a request that was cancelled, or came too late for
 * its timeout, is thrown away and never taken for another's. If it hasn't come after the timeout has passed a
 * second time, an ordered session is closed, because nobody can tell what its next message answers; a keyed
 * request is forgotten. An ordered session is closed likewise when a message can't be read while requests wait;
 * messages that come behind that are thrown away.
 *
 * <p><b>Ends.</b> When a session ends, what waits on it fails with {@link SessionClosedException}, and is not
 * sent again on another: the peer may have done it.
 *
 * <p>Not for requests that have no answer (use {@link Session#send(Object)}, if the peer sends none), or
 * several; and ordered not for UDP, which loses messages. Immutable, and safe for use by any number of threads.
 *
 * @param <M> the type of the messages
 */
public interface Requests<M> {

  /**
   * Answers come in the order of the requests.
   *
   * @param <M> the type of the messages
   * @return with a timeout of 3 s and at most 1,024 requests at a time on each session
   */
  static <M> Requests<M> ordered() {
    return TransportProvider.load().requests(null, null);
  }

  /**
   * Each answer has the key of its request. Keys need {@code equals} and {@code hashCode}; two requests with
   * the same key can't wait at the same time.
   *
   * @param keyOfRequest gives the key of a request
   * @param keyOfMessage gives the key of a message that has arrived, or null if it is no answer
   * @param <M> the type of the messages
   * @param <K> the type of the keys
   * @return with a timeout of 3 s and at most 1,024 requests at a time on each session
   */
  static <M, K> Requests<M> keyed(
      Function<? super M, ? extends K> keyOfRequest,
      Function<? super M, ? extends @Nullable K> keyOfMessage) {
    return TransportProvider.load().requests(keyOfRequest, keyOfMessage);
  }

  /**
   * Sets how long a request waits for its answer, from when it is made; what it waits for before it is sent
   * counts.
   *
   * @param timeout zero for any time
   * @return a copy; a listener of this one serves only this one
   */
  Requests<M> withTimeout(Duration timeout);

  /**
   * Sets how many requests may wait on a session, those that were given up and not answered yet included.
   *
   * @param requests at least 1
   * @return a copy; a listener of this one serves only this one
   */
  Requests<M> withMaxPending(int requests);

  /**
   * Says which messages never answer a request, such as what a subscription brings. They go to the listener.
   * With keys it is simpler to return null for them.
   *
   * @param condition called for each message that arrives; what it throws ends an ordered session
   * @return a copy; a listener of this one serves only this one
   */
  Requests<M> withUnsolicited(Predicate<? super M> condition);

  /**
   * Makes the listener that sessions need, so that requests can be made on them: give it to {@link
   * EndpointBuilder#listener}, {@link EndpointBuilder#listenerPerSession} or {@link SessionSetup#listener}.
   *
   * @param others is called with the messages that answer nothing, and with all other events
   * @return the listener
   */
  SessionListener<M> listener(SessionListener<M> others);

  /**
   * Sends a request and waits for its answer, for the timeout of {@link #withTimeout}.
   *
   * @param session a session whose listener is {@link #listener}
   * @param request the request
   * @return the answer
   * @throws RequestTimeoutException if it didn't come in time
   * @throws SessionClosedException if the session is closed, or closes meanwhile
   * @throws QueueFullException if there was no place among those that wait, or in the outbound queue, for the
   *     whole timeout
   * @throws IllegalStateException on an I/O thread and in a callback of the session, where the answer could
   *     not arrive: use {@link #callAsync(Session, Object)}; or if the session has another listener
   * @throws IllegalArgumentException if a request with the same key waits
   * @throws TransportException if the thread is interrupted, which stays so; or what the codec throws
   */
  M call(Session<M> session, M request);

  /**
   * As {@link #call(Session, Object)}, with another timeout.
   *
   * @param session a session whose listener is {@link #listener}
   * @param request the request
   * @param timeout zero for any time
   * @return the answer
   */
  M call(Session<M> session, M request, Duration timeout);

  /**
   * Sends a request, and never waits: where there is no place among those that wait, or no room in the
   * outbound queue, the future fails with {@link QueueFullException} at once. Never throws: every failure
   * reaches the future, with the exceptions of {@link #call(Session, Object)}.
   *
   * @param session a session whose listener is {@link #listener}
   * @param request the request
   * @return the answer; completed by the session's callback, so that what hangs on it must not block for
   *     longer than {@link SessionListener#onMessage} may. To cancel it gives the request up
   */
  CompletableFuture<M> callAsync(Session<M> session, M request);

  /**
   * As {@link #callAsync(Session, Object)}, with another timeout.
   *
   * @param session a session whose listener is {@link #listener}
   * @param request the request
   * @param timeout zero for any time
   * @return the answer
   */
  CompletableFuture<M> callAsync(Session<M> session, M request, Duration timeout);
}
