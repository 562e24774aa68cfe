package io.gannet.rpc.internal.interceptor;

import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** How calls end. */
public final class Outcome {

  private Outcome() {}

  /**
   * {@return the code of a call}
   *
   * @param failure what it has failed with, or null
   */
  public static RpcCode of(@Nullable Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return switch (cause) {
      case null -> RpcCode.OK;
      case RpcException ours -> ours.code();
      case CancellationException cancelled -> RpcCode.CANCELLED;
      default -> RpcCode.UNKNOWN;
    };
  }
}
