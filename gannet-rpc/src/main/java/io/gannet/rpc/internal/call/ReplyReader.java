package io.gannet.rpc.internal.call;

import io.gannet.rpc.internal.wire.Frame;
import org.jspecify.annotations.Nullable;

/** Reads the result of a response. */
@FunctionalInterface
interface ReplyReader {

  /**
   * Reads a response, and passes its metadata to the caller.
   *
   * @param call the call
   * @param response the response
   * @return the result
   * @throws RuntimeException the failure in the response
   */
  @Nullable Object read(Invocation call, Frame.Response response);
}
