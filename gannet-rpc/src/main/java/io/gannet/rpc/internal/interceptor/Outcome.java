package io.gannet.rpc.internal.interceptor;

import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcReply;
import io.gannet.rpc.RpcStream;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The outcome of calls. */
public final class Outcome {

  private Outcome() {}

  /**
   * Runs an action when a call has ended. A call that is answered with a stream ends with its
   * stream.
   *
   * @param reply the reply to the call
   * @param action receives the failure of the call, or null
   */
  public static CompletionStage<RpcReply> whenEnded(
      CompletionStage<RpcReply> reply, Consumer<@Nullable Throwable> action) {
    return reply.whenComplete((value, failure) -> {
      if (value != null && value.result() instanceof RpcStream<?> stream) {
        stream.whenEnded().whenComplete((nothing, why) -> action.accept(why));
      } else {
        action.accept(failure);
      }
    });
  }

  /**
   * {@return the code of a call}
   *
   * @param failure why the call failed, or null if it succeeded
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
