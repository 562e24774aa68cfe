package io.gannet.rpc.internal.call;

import io.gannet.rpc.CallOptions;
import io.gannet.rpc.CallScope;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcStream;
import io.gannet.rpc.internal.context.Context;
import io.gannet.rpc.internal.format.MethodFormat;
import io.gannet.rpc.internal.service.MethodShape;
import io.gannet.rpc.internal.stream.LocalStream;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.Payload;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** An outgoing call. */
public final class Invocation {

  private final String path;
  private final MethodFormat format;
  private final @Nullable Object[] arguments;
  private final CallOptions options;
  private final @Nullable MethodShape shape;
  private final Frame.Streams streams;
  private final @Nullable RpcStream<?> stream;
  private final @Nullable MethodFormat streamFormat;
  private final Context context;

  /**
   * Creates a call that runs in the context of the current thread.
   *
   * @param path the service and the method
   * @param format encodes its arguments and its result
   * @param arguments the arguments to send
   * @param options the caller's options
   * @param shape the method of the interface, or null for a call by name
   * @param streams which streams the call has
   * @param stream the stream to send, or null if there is none
   * @param streamFormat encodes its items, or null if there is none
   */
  Invocation(
      String path,
      MethodFormat format,
      @Nullable Object[] arguments,
      CallOptions options,
      @Nullable MethodShape shape,
      Frame.Streams streams,
      @Nullable RpcStream<?> stream,
      @Nullable MethodFormat streamFormat) {
    this(path, format, arguments, options, shape, streams, stream, streamFormat, Context.current());
  }

  private Invocation(
      String path,
      MethodFormat format,
      @Nullable Object[] arguments,
      CallOptions options,
      @Nullable MethodShape shape,
      Frame.Streams streams,
      @Nullable RpcStream<?> stream,
      @Nullable MethodFormat streamFormat,
      Context context) {
    this.path = path;
    this.format = format;
    this.arguments = arguments;
    this.options = options;
    this.shape = shape;
    this.streams = streams;
    this.stream = stream;
    this.streamFormat = streamFormat;
    this.context = context;
  }

  /** {@return the service and the method} */
  public String path() {
    return path;
  }

  /** {@return the caller's options} */
  public CallOptions options() {
    return options;
  }

  /** {@return whether the call may be repeated if it is unknown whether it was handled} */
  public boolean isIdempotent() {
    return options.idempotent() || (shape != null && shape.isIdempotent());
  }

  /** {@return the arguments to send; a stream is the last one} */
  List<@Nullable Object> arguments() {
    if (stream == null) {
      return Values.listOf(arguments);
    }
    @Nullable Object[] all = Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = stream;
    return Values.listOf(all);
  }

  /** {@return which streams the call has} */
  Frame.Streams streams() {
    return streams;
  }

  /** {@return the stream to send, or null if there is none} */
  @Nullable RpcStream<?> stream() {
    return stream;
  }

  /** Encodes an item of the sent stream. */
  Payload itemPayload(Object item) {
    return Objects.requireNonNull(streamFormat).writeArguments(new @Nullable Object[] {item});
  }

  /** {@return the same with other options} */
  Invocation with(CallOptions other) {
    return new Invocation(
        path, format, arguments, other, shape, streams, stream, streamFormat, context);
  }

  /** {@return the context of the call's code, such as the code that receives its result} */
  Context context() {
    return context;
  }

  /** {@return the same call with one more scope} */
  Invocation within(CallScope scope) {
    return new Invocation(
        path,
        format,
        arguments,
        options,
        shape,
        streams,
        stream,
        streamFormat,
        context.within(scope));
  }

  /** {@return the same with other arguments} */
  Invocation with(List<? extends @Nullable Object> others) {
    int count = arguments.length + (stream == null ? 0 : 1);
    if (others.size() != count) {
      throw new IllegalArgumentException(
          "%s is called with %d arguments, not %d".formatted(path, count, others.size()));
    }
    RpcStream<?> other = null;
    if (stream != null) {
      if (!(others.getLast() instanceof Flow.Publisher<?> items)) {
        throw new IllegalArgumentException(
            "the last argument of %s is a stream, not %s".formatted(path, others.getLast()));
      }
      other = LocalStream.of(items);
    }
    return new Invocation(
        path,
        format,
        others.subList(0, arguments.length).toArray(),
        options,
        shape,
        streams,
        other,
        streamFormat,
        context);
  }

  /**
   * {@return the failure for a caller whose thread was interrupted during the wait; the thread
   * remains interrupted}
   */
  RpcException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new RpcException(
        RpcCode.CANCELLED, "interrupted while waiting for the response of " + path, cause);
  }

  Payload payload() {
    return format.writeArguments(arguments);
  }

  MethodFormat format() {
    return format;
  }

  /** {@return whether the caller expects this exception} */
  boolean expects(Throwable thrown) {
    return thrown instanceof RuntimeException || (shape != null && shape.declares(thrown));
  }
}
