package io.gannet.rpc;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a call has brought.
 *
 * @param result the result; null for {@code void} and for a call without a reply
 * @param metadata what goes along with it
 */
public record RpcReply(@Nullable Object result, Metadata metadata) {

  /**
   * Checks the argument.
   *
   * @param result the result
   * @param metadata what goes along with it
   */
  public RpcReply {
    Objects.requireNonNull(metadata, "metadata");
  }

  /**
   * Replaces the result.
   *
   * @param value the new result, of the type that the method returns
   * @return the same with that result
   */
  public RpcReply withResult(@Nullable Object value) {
    return new RpcReply(value, metadata);
  }

  /**
   * Replaces what goes along.
   *
   * @param value the new metadata
   * @return the same with that metadata
   */
  public RpcReply withMetadata(Metadata value) {
    return new RpcReply(result, value);
  }
}
