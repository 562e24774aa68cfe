package io.gannet.rpc;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a caller may choose for a call.
 *
 * @param timeout how long the call may take; null for the default of the endpoint, see {@link
 *     RpcEndpointBuilder#defaultTimeout}. Inside a handler never longer than what is left of the
 *     handler's own call
 * @param metadata what goes along with it
 * @param onReply is given what goes along with the reply, before the call returns; null for nobody. Not
 *     called when the call fails without having reached a handler
 */
public record CallOptions(
    @Nullable Duration timeout, Metadata metadata, @Nullable Consumer<Metadata> onReply) {

  private static final CallOptions DEFAULTS = new CallOptions(null, Metadata.empty(), null);

  /**
   * Checks the values.
   *
   * @param timeout how long the call may take
   * @param metadata what goes along with it
   * @param onReply is given what goes along with the reply
   * @throws IllegalArgumentException if the timeout is not positive
   */
  public CallOptions {
    Objects.requireNonNull(metadata, "metadata");
    if (timeout != null && (timeout.isNegative() || timeout.isZero())) {
      throw new IllegalArgumentException("timeout must be positive: " + timeout);
    }
  }

  /**
   * {@return the timeout of the endpoint, and no metadata}
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
    return new CallOptions(value, metadata, onReply);
  }

  /**
   * Sets what goes along with a call.
   *
   * @param value the metadata
   * @return the same with that metadata
   */
  public CallOptions withMetadata(Metadata value) {
    return new CallOptions(timeout, value, onReply);
  }

  /**
   * Sets who is given what goes along with the reply.
   *
   * @param value called on the thread that reads the reply; what it throws fails the call
   * @return the same with that
   */
  public CallOptions withOnReply(Consumer<Metadata> value) {
    return new CallOptions(timeout, metadata, value);
  }
}
