package io.gannet.rpc;

import java.util.concurrent.CompletionStage;

/**
 * Stands between a caller and its call, or between a call and its handler: sees and changes the call,
 * its metadata, its result and its failure; lets it pass, several times if it likes, or ends it. Used
 * for many calls at the same time.
 *
 * <p><b>Streams.</b> A stream that is sent is the last of the {@link RpcCall#arguments()}, and one that comes
 * back is the {@link RpcReply#result()}, both as an {@link RpcStream}: the reply is there as soon as the
 * stream is, and {@link RpcStream#whenEnded} tells when the call is over. An interceptor may replace either
 * by a stream of its own, which reads the other.
 *
 * <p><b>Threads.</b> An interceptor of outgoing calls is called on the caller's thread, and the stage that
 * it is given completes on a virtual thread. One of incoming calls is called on the handler's virtual
 * thread, and should pass the call on there: then the handler runs there too, can be interrupted, and
 * the stage is complete unless the handler has returned one.
 *
 * <p><b>Time.</b> What is passed on after its deadline fails at once. A call whose stage has not completed by
 * then, and in a moment more, fails with {@link RpcCode#DEADLINE_EXCEEDED} for its caller, whatever its interceptors do
 * afterwards. Where a call has no deadline because of its streams, {@link RpcEndpointBuilder#defaultTimeout} is how
 * long it may be with its interceptors. An interceptor that blocks its thread, on which the caller may wait, can't be
 * ended by that.
 *
 * @see RpcEndpointBuilder#interceptOutgoing
 * @see RpcEndpointBuilder#interceptIncoming
 */
@FunctionalInterface
public interface RpcInterceptor {

  /** What comes behind an interceptor. */
  @FunctionalInterface
  interface Chain {

    /**
     * Passes a call on.
     *
     * @param call the call
     * @return completes with the reply, or with what the call has failed with, as its caller sees it
     */
    CompletionStage<RpcReply> proceed(RpcCall call);
  }

  /**
   * A call comes by.
   *
   * @param call the call
   * @param next what comes behind
   * @return the reply, or what the call fails with
   * @throws RuntimeException instead of a stage that has failed with it
   */
  CompletionStage<RpcReply> intercept(RpcCall call, Chain next);
}
