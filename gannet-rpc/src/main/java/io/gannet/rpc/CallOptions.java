package io.gannet.rpc;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The options of a call. If a call takes several attempts ({@link RetryPolicy}), {@code onReply}
 * and {@code onBegin} are called only for the attempt whose outcome the caller receives.
 *
 * @param timeout the timeout of the call; null for the endpoint's default, see
 *     {@link RpcEndpointBuilder#defaultTimeout}, which doesn't apply to calls with a stream. A
 *     stream that hasn't ended by then fails. Inside a handler, the remaining time of the handler's
 *     own call is the maximum
 * @param metadata the metadata of the call
 * @param onReply receives the metadata of the reply before the call returns; may be null. Not
 *     called if the call fails without having reached a handler
 * @param onBegin receives the metadata that the handler sends before the first item of its stream
 *     and before its result, see {@link CallContext#beginWith}; may be null. Not called if the
 *     handler sends none
 * @param routingKey the subject of the call, such as the name of a user, for balancers that send
 *     all calls with the same key to the same instance; null for none. It isn't sent to the peer
 * @param idempotent whether the call may be made again if it is unknown whether it was handled,
 *     as with {@link Idempotent}
 */
public record CallOptions(
    @Nullable Duration timeout,
    Metadata metadata,
    @Nullable Consumer<Metadata> onReply,
    @Nullable Consumer<Metadata> onBegin,
    @Nullable String routingKey,
    boolean idempotent) {

  private static final CallOptions DEFAULTS =
      new CallOptions(null, Metadata.empty(), null, null, null, false);

  /**
   * Checks the values. Use {@link #defaults()} and the {@code with} methods rather than this
   * constructor, which changes with every new option.
   *
   * @param timeout the timeout of the call
   * @param metadata the metadata of the call
   * @param onReply receives the metadata of the reply
   * @param onBegin receives the metadata that is sent before the reply
   * @param routingKey the subject of the call
   * @param idempotent whether the call may be made again
   * @throws IllegalArgumentException if the timeout is not positive
   */
  public CallOptions {
    Objects.requireNonNull(metadata, "metadata");
    if (timeout != null && (timeout.isNegative() || timeout.isZero())) {
      throw new IllegalArgumentException("timeout must be positive: " + timeout);
    }
  }

  /** {@return options with the endpoint's timeout, no metadata, no routing key, not idempotent} */
  public static CallOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Sets the timeout of the call.
   *
   * @param value the timeout, positive
   * @return the changed options
   */
  public CallOptions withTimeout(Duration value) {
    return new CallOptions(value, metadata, onReply, onBegin, routingKey, idempotent);
  }

  /**
   * Sets the metadata of the call.
   *
   * @param value the metadata
   * @return the changed options
   */
  public CallOptions withMetadata(Metadata value) {
    return new CallOptions(timeout, value, onReply, onBegin, routingKey, idempotent);
  }

  /**
   * Sets a function that receives the metadata of the reply.
   *
   * @param value called on the thread that reads the reply; the call fails if it throws
   * @return the changed options
   */
  public CallOptions withOnReply(Consumer<Metadata> value) {
    return new CallOptions(timeout, metadata, value, onBegin, routingKey, idempotent);
  }

  /**
   * Sets a function that receives the metadata that the handler sends before its reply
   * ({@link CallContext#beginWith}). For a stream, it is called when the metadata has arrived and
   * the stream is read or subscribed to, before the first item. For a single value, it is called
   * together with the value, before {@link #onReply}.
   *
   * @param value called on the thread that reads the reply; the call fails if it throws
   * @return the changed options
   */
  public CallOptions withOnBegin(Consumer<Metadata> value) {
    return new CallOptions(timeout, metadata, onReply, value, routingKey, idempotent);
  }

  /**
   * Sets the routing key of the call, see {@link Balancer}.
   *
   * @param value the key
   * @return the changed options
   */
  public CallOptions withRoutingKey(String value) {
    return new CallOptions(timeout, metadata, onReply, onBegin, value, idempotent);
  }

  /**
   * Allows the call to be made again if it is unknown whether it was handled, see
   * {@link Idempotent}.
   *
   * @return the changed options
   */
  public CallOptions withIdempotent() {
    return new CallOptions(timeout, metadata, onReply, onBegin, routingKey, true);
  }
}
