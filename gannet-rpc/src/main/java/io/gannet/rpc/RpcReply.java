package io.gannet.rpc;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The reply to a call.
 *
 * @param result the result; null for {@code void} and for a call without a reply
 * @param metadata the metadata of the reply
 */
public record RpcReply(@Nullable Object result, Metadata metadata) {

  /**
   * Checks the argument.
   *
   * @param result the result
   * @param metadata the metadata of the reply
   */
  public RpcReply {
    Objects.requireNonNull(metadata, "metadata");
  }

  /**
   * Replaces the result.
   *
   * @param value the new result, of the method's return type
   * @return a copy with that result
   */
  public RpcReply withResult(@Nullable Object value) {
    return new RpcReply(value, metadata);
  }

  /**
   * Replaces the metadata.
   *
   * @param value the new metadata
   * @return a copy with that metadata
   */
  public RpcReply withMetadata(Metadata value) {
    return new RpcReply(result, value);
  }
}
