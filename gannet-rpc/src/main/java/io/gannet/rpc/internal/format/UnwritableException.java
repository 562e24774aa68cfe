package io.gannet.rpc.internal.format;

import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A value can't be written: a mistake of whoever has made it, of which the peer is told the least. */
public final class UnwritableException extends RpcException {

  private static final long serialVersionUID = 1L;

  private UnwritableException(RpcCode code, String message, @Nullable Throwable cause) {
    super(code, message, cause, null, Map.of(), false);
  }

  /**
   * An argument of a call of this side can't be written, or an item of a stream of arguments.
   *
   * @param message what can't be written
   * @param cause why
   */
  public static UnwritableException ofArgument(String message, @Nullable Throwable cause) {
    return new UnwritableException(RpcCode.INVALID_ARGUMENT, message, cause);
  }

  /**
   * The result of a handler on this side can't be written, or an item of it.
   *
   * @param message what can't be written
   * @param cause why
   */
  public static UnwritableException ofResult(String message, @Nullable Throwable cause) {
    return new UnwritableException(RpcCode.INTERNAL, message, cause);
  }
}
