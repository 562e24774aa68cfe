package io.gannet.rpc.internal.call;

import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.internal.service.MethodShape;
import io.gannet.rpc.internal.service.Services;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.Payload;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What the peer asks for, and the handler for it, if there is one. */
final class IncomingRequest {

  /** Arguments of fewer bytes are not counted. */
  private static final int SMALL = 4096;

  private final RpcConnection connection;
  private final Frame.Request frame;
  private final Services.@Nullable Handler handler;

  /**
   * What the call fails with behind the interceptors, because there is no handler for it; or null.
   */
  private final @Nullable RpcException missing;

  /** Why the arguments can't be read, or null. */
  private volatile @Nullable RpcException unread;

  /** Whether the handler was run. */
  private volatile boolean handled;

  /**
   * Creates a request.
   *
   * @param connection where it has come
   * @param frame what has come
   * @param handler who handles it; null if there is nobody
   * @param missing why there is nobody; null if there is
   */
  IncomingRequest(
      RpcConnection connection,
      Frame.Request frame,
      Services.@Nullable Handler handler,
      @Nullable RpcException missing) {
    this.connection = connection;
    this.frame = frame;
    this.handler = handler;
    this.missing = missing;
  }

  long id() {
    return frame.id();
  }

  String method() {
    return frame.method();
  }

  boolean isOneWay() {
    return frame.oneWay();
  }

  Metadata metadata() {
    return frame.metadata();
  }

  /** {@return the moment when its time is over if it begins now} */
  long deadline(Clock clock) {
    return frame.timeoutMillis() == 0
        ? Clock.NEVER
        : clock.after(TimeUnit.MILLISECONDS.toNanos(frame.timeoutMillis()));
  }

  /** {@return how much time it had, for people} */
  String timeout() {
    return frame.timeoutMillis() == 0
        ? "no limit"
        : Clock.text(TimeUnit.MILLISECONDS.toNanos(frame.timeoutMillis()));
  }

  /** {@return how many bytes of arguments it counts for; small ones are not worth it} */
  int countedBytes() {
    int size = frame.payload().size();
    if (!frame.metadata().isEmpty()) {
      for (Metadata.Entry entry : frame.metadata().entries()) {
        size += entry.key().length() + entry.value().length();
      }
    }
    return size < SMALL ? 0 : size;
  }

  // ---------------------------------------------------------------- its handler

  /** {@return whether there is a handler for it} */
  boolean isOffered() {
    return handler != null;
  }

  /** {@return the method that handles it, or null if there is none} */
  @Nullable MethodShape shape() {
    return handler == null ? null : handler.shape();
  }

  /** {@return the handler of one that is offered} */
  Services.Handler handler() {
    return Objects.requireNonNull(handler);
  }

  /**
   * {@return what the call fails with behind the interceptors, because there is no handler for it;
   * or null}
   */
  @Nullable RpcException missing() {
    return missing;
  }

  /** The handler is about to be run. */
  void markHandled() {
    handled = true;
  }

  /** {@return whether a call that has failed with this was certainly not handled} */
  @SuppressWarnings("ReferenceEquality") // an interceptor may throw one like it
  boolean isNotStarted(Throwable failure) {
    return !handled && (failure == missing || failure == unread);
  }

  /**
   * Reads the arguments, without a stream.
   *
   * @throws RpcException if they can't be read, or there is no handler
   */
  @Nullable Object[] readArguments() {
    if (missing != null) {
      throw missing;
    }
    MethodShape shape = handler().shape();
    Payload payload = frame.payload();
    boolean fits =
        payload.encoding() == shape.format().encoding()
            || (payload.encoding() == Payload.Encoding.NONE && shape.sent().isEmpty());
    try {
      if (!fits) {
        throw new RpcException(
            RpcCode.INVALID_ARGUMENT,
            "%s takes %s, not %s"
                .formatted(shape.path(), shape.format().encoding(), payload.encoding()));
      }
      return shape.format().readArguments(payload.bytes());
    } catch (RpcException e) {
      unread = e;
      throw e;
    }
  }

  @Override
  public String toString() {
    return "call " + method() + " of " + connection.peer();
  }
}
