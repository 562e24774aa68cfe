package io.gannet.rpc.internal.format;

import io.gannet.rpc.RpcException;
import io.gannet.rpc.internal.wire.Payload;
import org.jspecify.annotations.Nullable;

/**
 * How the arguments and the result of one method become bytes, and back. Reading throws an {@link
 * RpcException} for bytes that are not what the method takes or returns. Stateless.
 */
public interface MethodFormat {

  /** {@return how values are written} */
  Payload.Encoding encoding();

  /**
   * Writes arguments, as soon as or as late as it likes until the payload has been written.
   *
   * @param arguments what the method is called with
   * @throws RpcException if they can't be written
   */
  Payload writeArguments(@Nullable Object[] arguments);

  /**
   * Reads arguments.
   *
   * @param bytes what was received
   */
  @Nullable Object[] readArguments(byte[] bytes);

  /**
   * Writes a result.
   *
   * @param result what the method has returned
   */
  Payload writeResult(@Nullable Object result);

  /**
   * Reads a result.
   *
   * @param bytes what was received
   */
  @Nullable Object readResult(byte[] bytes);
}
