package io.gannet.rpc.internal.call;

import io.gannet.rpc.RpcCall;
import io.gannet.rpc.RpcInterceptor;
import io.gannet.rpc.RpcReply;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Calls interceptors one after the other. */
final class InterceptorChain {

  private InterceptorChain() {}

  /**
   * Passes a call through the interceptors.
   *
   * @param interceptors the interceptors in their order
   * @param call the call
   * @param last the step after all of them
   * @return the reply or the failure; this method throws nothing
   */
  static CompletionStage<RpcReply> pass(
      List<RpcInterceptor> interceptors, RpcCall call, RpcInterceptor.Chain last) {
    try {
      if (interceptors.isEmpty()) {
        return last.proceed(call);
      }
      RpcInterceptor first = interceptors.getFirst();
      List<RpcInterceptor> others = interceptors.subList(1, interceptors.size());
      CompletionStage<RpcReply> reply =
          first.intercept(call, passed -> within(others, passed, last));
      if (reply == null) {
        throw new NullPointerException(first + " has returned null instead of a stage");
      }
      return reply;
    } catch (Throwable t) {
      return CompletableFuture.failedStage(t);
    }
  }

  /** Continues in the context that an interceptor has given the call. */
  private static CompletionStage<RpcReply> within(
      List<RpcInterceptor> interceptors, RpcCall call, RpcInterceptor.Chain last) {
    try {
      return ((CallView) call).context().call(() -> pass(interceptors, call, last));
    } catch (Throwable t) {
      return CompletableFuture.failedStage(t);
    }
  }

  /** {@return the failure of a stage, without the exceptions that stages wrap around it} */
  static @Nullable Throwable unwrapped(@Nullable Throwable thrown) {
    Throwable cause = thrown;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
