package io.gannet.rpc;

import java.util.concurrent.CompletionStage;

/**
 * Intercepts calls between the caller and the network, or between the network and the handler. It
 * can inspect and change the call, its metadata, its result and its failure. It can pass the call
 * on, even several times, or end it. Used for many calls concurrently.
 *
 * <p><b>Streams.</b> A sent stream is the last of the {@link RpcCall#arguments()}, and a returned
 * stream is the {@link RpcReply#result()}, both as an {@link RpcStream}. The reply is available as
 * soon as the stream is, and {@link RpcStream#whenEnded} completes when the call is over. An
 * interceptor may replace either stream by one of its own, which reads the original.
 *
 * <p><b>Threads.</b> An interceptor of outgoing calls runs on the caller's thread, and the stage
 * that it receives completes on a virtual thread. An interceptor of incoming calls runs on the
 * handler's virtual thread, and should pass the call on from there: then the handler also runs
 * there and can be interrupted, and the stage is already complete, unless the handler has returned
 * a stage.
 *
 * <p><b>Time.</b> A call that is passed on after its deadline fails at once. If the stage of a call
 * has not completed shortly after the deadline, the call fails with
 * {@link RpcCode#DEADLINE_EXCEEDED} for its caller, whatever its interceptors do afterwards. For a
 * call without a deadline because of its streams, {@link RpcEndpointBuilder#defaultTimeout} limits
 * the time in its interceptors. An interceptor that blocks the caller's thread can't be ended by
 * this.
 *
 * @see RpcEndpointBuilder#interceptOutgoing
 * @see RpcEndpointBuilder#interceptIncoming
 */
@FunctionalInterface
public interface RpcInterceptor {

  /** The next interceptors and the call itself. */
  @FunctionalInterface
  interface Chain {

    /**
     * Passes a call on.
     *
     * @param call the call
     * @return completes with the reply, or with the failure as the caller receives it
     */
    CompletionStage<RpcReply> proceed(RpcCall call);
  }

  /**
   * Intercepts a call.
   *
   * @param call the call
   * @param next the next interceptors and the call itself
   * @return the reply, or the failure of the call
   * @throws RuntimeException as an alternative to returning a failed stage
   */
  CompletionStage<RpcReply> intercept(RpcCall call, Chain next);
}
