package io.gannet.rpc.internal.call;

import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcReply;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.Payload;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads the responses to outgoing calls, on the thread that needs the result. */
final class ResponseReader {

  private final Failures failures;

  ResponseReader(Failures failures) {
    this.failures = failures;
  }

  /** Reads a response for interceptors. Throws the same exceptions as {@link #result}. */
  RpcReply reply(Invocation call, Frame.Response response) {
    return new RpcReply(result(call, response), response.metadata());
  }

  /**
   * Reads the result of a response, and passes its metadata to the caller.
   *
   * @throws RpcException if the call has failed, or the result can't be read
   * @throws FailedCall if it has failed with another exception that the caller expects
   */
  @Nullable Object result(Invocation call, Frame.Response response) {
    Consumer<Metadata> onReply = call.options().onReply();
    if (onReply != null) {
      onReply.accept(response.metadata());
    }
    Frame.Failure failure = response.failure();
    if (failure != null) {
      throw failure(call, failure);
    }
    return value(call, response.payload());
  }

  /** {@return the failure of a call, as {@link #result} throws it} */
  RuntimeException failure(Invocation call, Frame.Failure failure) {
    Exception known = failures.known(failure);
    return known != null && call.expects(known) ? new FailedCall(known) : Failures.unknown(failure);
  }

  /**
   * Reads a result, or an item of one.
   *
   * @throws RpcException if it can't be read
   */
  @Nullable Object value(Invocation call, Payload payload) {
    if (payload.encoding() != call.format().encoding()
        && payload.encoding() != Payload.Encoding.NONE) {
      throw new RpcException(
          RpcCode.INTERNAL,
          "the result of %s came as %s, not as %s"
              .formatted(call.path(), payload.encoding(), call.format().encoding()));
    }
    byte[] bytes;
    try {
      bytes = payload.bytes();
    } catch (RpcException e) {
      throw new RpcException(
          RpcCode.INTERNAL, "the result of %s: %s".formatted(call.path(), e.getMessage()), e);
    }
    return call.format().readResult(bytes);
  }
}
