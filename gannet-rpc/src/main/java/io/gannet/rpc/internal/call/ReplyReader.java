package io.gannet.rpc.internal.call;

import io.gannet.rpc.internal.wire.Frame;
import org.jspecify.annotations.Nullable;

/** Makes the result of a response. */
@FunctionalInterface
interface ReplyReader {

  /**
   * Reads a response, and tells the caller what goes along with it.
   *
   * @param call what it answers
   * @param response the response
   * @return the result
   * @throws RuntimeException what the response says instead
   */
  @Nullable Object read(Invocation call, Frame.Response response);
}
