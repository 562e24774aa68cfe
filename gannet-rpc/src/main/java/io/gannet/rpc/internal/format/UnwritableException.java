package io.gannet.rpc.internal.format;

import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Thrown if a value can't be written. This is a bug on the side that supplied the value; the peer
 * receives no details.
 */
public final class UnwritableException extends RpcException {

  private static final long serialVersionUID = 1L;

  private UnwritableException(RpcCode code, String message, @Nullable Throwable cause) {
    super(code, message, cause, null, Map.of(), false);
  }

  /**
   * Creates an exception for an argument of a call of this side, or for an item of an argument
   * stream.
   *
   * @param message which value can't be written
   * @param cause why it can't be written
   */
  public static UnwritableException ofArgument(String message, @Nullable Throwable cause) {
    return new UnwritableException(RpcCode.INVALID_ARGUMENT, message, cause);
  }

  /**
   * Creates an exception for the result of a handler on this side, or for an item of a result
   * stream.
   *
   * @param message which value can't be written
   * @param cause why it can't be written
   */
  public static UnwritableException ofResult(String message, @Nullable Throwable cause) {
    return new UnwritableException(RpcCode.INTERNAL, message, cause);
  }
}
