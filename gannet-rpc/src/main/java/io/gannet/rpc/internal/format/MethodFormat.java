package io.gannet.rpc.internal.format;

import io.gannet.rpc.RpcException;
import io.gannet.rpc.internal.wire.Payload;
import org.jspecify.annotations.Nullable;

/**
 * Converts the arguments and the result of one method to bytes and back. The read methods throw an
 * {@link RpcException} for bytes that don't match the method's types. Stateless.
 */
public interface MethodFormat {

  /** {@return the encoding of the values} */
  Payload.Encoding encoding();

  /**
   * Writes arguments. The implementation may read them at any time until the payload has been
   * written.
   *
   * @param arguments the arguments of the call
   * @throws RpcException if the arguments can't be written
   */
  Payload writeArguments(@Nullable Object[] arguments);

  /**
   * Reads arguments.
   *
   * @param bytes the received bytes
   */
  @Nullable Object[] readArguments(byte[] bytes);

  /**
   * Writes a result.
   *
   * @param result the value that the method returned
   */
  Payload writeResult(@Nullable Object result);

  /**
   * Reads a result.
   *
   * @param bytes the received bytes
   */
  @Nullable Object readResult(byte[] bytes);
}
