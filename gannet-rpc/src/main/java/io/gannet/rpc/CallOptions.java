package io.gannet.rpc;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a caller may choose for a call. Where one call takes several attempts ({@link RetryPolicy}), {@code onReply}
 * and {@code onBegin} are told only of the attempt whose outcome the caller gets.
 *
 * @param timeout how long the call may take; null for the default of the endpoint, see {@link
 *     RpcEndpointBuilder#defaultTimeout}, which a call with a stream doesn't have. A stream that is not over by
 *     then fails. Inside a handler never longer than what is left of the
 *     handler's own call
 * @param metadata what goes along with it
 * @param onReply is given what goes along with the reply, before the call returns; null for nobody. Not
 *     called when the call fails without having reached a handler
 * @param onBegin is given what the handler sends along before the first item of its stream and before its result, see
 *     {@link CallContext#beginWith}; null for nobody. Not called if it sends nothing
 * @param routingKey what the call is about, such as a user's name, for balancers that send all calls with
 *     the same key to the same instance; null for nothing. It stays on this side
 * @param isIdempotent whether the call may be made again when it is not known whether it has been handled,
 *     as {@link Idempotent} says of a method
 */
public record CallOptions(
    @Nullable Duration timeout,
    Metadata metadata,
    @Nullable Consumer<Metadata> onReply,
    @Nullable Consumer<Metadata> onBegin,
    @Nullable String routingKey,
    boolean isIdempotent) {

  private static final CallOptions DEFAULTS =
      new CallOptions(null, Metadata.empty(), null, null, null, false);

  /**
   * Checks the values.
   *
   * @param timeout how long the call may take
   * @param metadata what goes along with it
   * @param onReply is given what goes along with the reply
   * @param onBegin is given what goes along before the reply
   * @param routingKey what the call is about
   * @param isIdempotent whether the call may be made again
   * @throws IllegalArgumentException if the timeout is not positive
   */
  public CallOptions {
    Objects.requireNonNull(metadata, "metadata");
    if (timeout != null && (timeout.isNegative() || timeout.isZero())) {
      throw new IllegalArgumentException("timeout must be positive: " + timeout);
    }
  }

  /**
   * {@return the timeout of the endpoint, no metadata, no routing key, not idempotent}
   */
  public static CallOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Sets how long a call may take.
   *
   * @param value the timeout, positive
   * @return the same with that timeout
   */
  public CallOptions withTimeout(Duration value) {
    return new CallOptions(value, metadata, onReply, onBegin, routingKey, isIdempotent);
  }

  /**
   * Sets what goes along with a call.
   *
   * @param value the metadata
   * @return the same with that metadata
   */
  public CallOptions withMetadata(Metadata value) {
    return new CallOptions(timeout, value, onReply, onBegin, routingKey, isIdempotent);
  }

  /**
   * Sets who is given what goes along with the reply.
   *
   * @param value called on the thread that reads the reply; what it throws fails the call
   * @return the same with that
   */
  public CallOptions withOnReply(Consumer<Metadata> value) {
    return new CallOptions(timeout, metadata, value, onBegin, routingKey, isIdempotent);
  }

  /**
   * Sets who is given what the handler sends along before its reply ({@link CallContext#beginWith}): of a stream as
   * soon as it has come and the stream is read or subscribed to, before its first item; of one value together with
   * that, before {@link #onReply}.
   *
   * @param value called on the thread that reads the reply; what it throws fails the call
   * @return the same with that
   */
  public CallOptions withOnBegin(Consumer<Metadata> value) {
    return new CallOptions(timeout, metadata, onReply, value, routingKey, isIdempotent);
  }

  /**
   * Says what a call is about, see {@link Balancer}.
   *
   * @param value the key
   * @return the same with that key
   */
  public CallOptions withRoutingKey(String value) {
    return new CallOptions(timeout, metadata, onReply, onBegin, value, isIdempotent);
  }

  /**
   * Says that a call may be made again when it is not known whether it has been handled, see {@link
   * Idempotent}.
   *
   * @return the same for such a call
   */
  public CallOptions idempotent() {
    return new CallOptions(timeout, metadata, onReply, onBegin, routingKey, true);
  }
}
