package io.gannet.rpc.internal.format;

import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A value can't be written: a mistake of whoever has made it, of which the peer is told the least. */
public final class UnwritableException extends RpcException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what can't be written
   * @param cause why
   */
  public UnwritableException(String message, @Nullable Throwable cause) {
    super(RpcCode.INTERNAL, message, cause, null, Map.of(), false);
  }
}
