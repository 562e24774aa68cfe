package io.gannet.rpc.internal.call;

import io.gannet.rpc.internal.wire.Frame;
import org.jspecify.annotations.Nullable;

/** Makes of a response what its caller gets: the result, or the whole reply. */
@FunctionalInterface
interface ResponseMapper {

  /**
   * Maps a response, and passes its metadata to the caller.
   *
   * @param call the call
   * @param response the response
   * @return what the caller gets
   * @throws RuntimeException the failure in the response
   */
  @Nullable Object map(Invocation call, Frame.Response response);
}
