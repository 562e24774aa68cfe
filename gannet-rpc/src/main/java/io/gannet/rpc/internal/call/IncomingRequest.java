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

/** The request of the peer, and its handler, if there is one. */
final class IncomingRequest {

  /** Arguments with fewer bytes are not counted. */
  private static final int SMALL = 4096;

  private final RpcConnection connection;
  private final Frame.Request frame;
  private final Services.@Nullable Handler handler;

  /** The failure after the interceptors if there is no handler; otherwise null. */
  private final @Nullable RpcException missing;

  /** Why the arguments can't be read, or null. */
  private volatile @Nullable RpcException unread;

  /** Whether the handler was run. */
  private volatile boolean handled;

  /**
   * Creates a request.
   *
   * @param connection the connection
   * @param frame the received frame
   * @param handler the handler; null if there is none
   * @param missing why there is no handler; null if there is one
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

  /** {@return the deadline if the request starts now} */
  long deadline(Clock clock) {
    return frame.timeoutMillis() == 0
        ? Clock.NEVER
        : clock.after(TimeUnit.MILLISECONDS.toNanos(frame.timeoutMillis()));
  }

  /** {@return its timeout, for users} */
  String timeout() {
    return frame.timeoutMillis() == 0
        ? "no limit"
        : Clock.text(TimeUnit.MILLISECONDS.toNanos(frame.timeoutMillis()));
  }

  /** {@return the counted bytes of its arguments; 0 for small arguments} */
  int countedBytes() {
    int size = frame.payload().size();
    if (!frame.metadata().isEmpty()) {
      for (Metadata.Entry entry : frame.metadata().entries()) {
        size += entry.key().length() + entry.value().length();
      }
    }
    return size < SMALL ? 0 : size;
  }

  // ---------------------------------------------------------------- the handler

  /** {@return whether a handler exists} */
  boolean isOffered() {
    return handler != null;
  }

  /** {@return the method, or null if there is no handler} */
  @Nullable MethodShape shape() {
    return handler == null ? null : handler.shape();
  }

  /** {@return the handler; must exist} */
  Services.Handler handler() {
    return Objects.requireNonNull(handler);
  }

  /** {@return the failure after the interceptors if there is no handler; otherwise null} */
  @Nullable RpcException missing() {
    return missing;
  }

  /** Called before the handler runs. */
  void markHandled() {
    handled = true;
  }

  /** {@return whether it is certain that a call with this failure was not handled} */
  @SuppressWarnings("ReferenceEquality") // only this very exception counts
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
