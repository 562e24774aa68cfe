package io.gannet.transport.internal.request;

import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The settings of requests.
 *
 * @param keyOfRequest returns the key of a request; null if responses are matched by order
 * @param keyOfMessage returns the key of a message; null if responses are matched by order
 * @param unsolicited selects the messages that are never responses
 * @param timeout the time that a request waits, in nanoseconds; 0 for no limit
 * @param maxPending the maximum number of waiting requests
 */
record RequestSettings<M>(
    @Nullable Function<? super M, ?> keyOfRequest,
    @Nullable Function<? super M, ? extends @Nullable Object> keyOfMessage,
    Predicate<? super M> unsolicited,
    long timeout,
    int maxPending) {

  boolean isOrdered() {
    return keyOfMessage == null;
  }

  @Nullable Object keyOf(M request) {
    return keyOfRequest == null
        ? null
        : Objects.requireNonNull(keyOfRequest.apply(request), "key of the request");
  }

  @Nullable Object keyOfMessage(M message) {
    return keyOfMessage == null ? null : keyOfMessage.apply(message);
  }

  boolean isUnsolicited(M message) {
    return unsolicited.test(message);
  }

  RequestSettings<M> withTimeout(long nanos) {
    return new RequestSettings<>(keyOfRequest, keyOfMessage, unsolicited, nanos, maxPending);
  }

  RequestSettings<M> withMaxPending(int requests) {
    return new RequestSettings<>(keyOfRequest, keyOfMessage, unsolicited, timeout, requests);
  }

  RequestSettings<M> withUnsolicited(Predicate<? super M> condition) {
    return new RequestSettings<>(keyOfRequest, keyOfMessage, condition, timeout, maxPending);
  }
}
