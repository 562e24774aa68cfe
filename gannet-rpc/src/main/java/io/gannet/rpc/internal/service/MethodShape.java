package io.gannet.rpc.internal.service;

import io.gannet.rpc.Idempotent;
import io.gannet.rpc.RpcStream;
import io.gannet.rpc.internal.format.MethodFormat;
import io.gannet.rpc.internal.stream.LocalStream;
import io.gannet.rpc.internal.wire.Frame;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * A method that can be called remotely.
 *
 * @param method the method of the interface
 * @param path service and method, as they are called on the wire
 * @param form how it gives its result
 * @param format how its arguments and its result are written
 * @param sent which of its parameters are sent, by their index
 * @param contextAt the index of the parameter that is given the call, or -1
 * @param streamAt the index of the parameter that is a stream, or -1
 * @param streamFormat how the items of that are written: as its only parameter; null if there is none
 */
public record MethodShape(
    Method method,
    String path,
    Form form,
    MethodFormat format,
    List<Integer> sent,
    int contextAt,
    int streamAt,
    @Nullable MethodFormat streamFormat) {

  /** How a method gives its result. */
  public enum Form {
    /** It returns it, or {@code void}. */
    BLOCKING,
    /** It returns a stage of it. */
    STAGE,
    /** It returns a stream. */
    STREAM,
    /** There is none, and nobody waits. */
    ONE_WAY
  }

  /** {@return which streams belong to its calls} */
  public Frame.Streams streams() {
    return Frame.Streams.of(streamAt >= 0, form == Form.STREAM);
  }

  /** {@return the stream among the arguments, or null if it has none} */
  public @Nullable RpcStream<?> streamOf(@Nullable Object @Nullable [] arguments) {
    if (streamAt < 0 || arguments == null) {
      return null;
    }
    if (arguments[streamAt] instanceof Flow.Publisher<?> stream) {
      return LocalStream.of(stream);
    }
    throw new NullPointerException("the stream that %s is called with".formatted(path));
  }

  /** {@return the arguments that are sent, without a stream} */
  public @Nullable Object[] toSend(@Nullable Object @Nullable [] arguments) {
    int count = sent.size();
    @Nullable Object[] values = new Object[count];
    if (arguments != null) {
      for (int i = 0; i < count; i++) {
        values[i] = arguments[sent.get(i)];
      }
    }
    return values;
  }

  /** {@return the arguments to call the method with, of those that were sent; a stream is the last} */
  public @Nullable Object[] toInvoke(@Nullable Object[] values, Object context) {
    @Nullable Object[] arguments = new Object[method.getParameterCount()];
    int count = sent.size();
    for (int i = 0; i < count; i++) {
      arguments[sent.get(i)] = values[i];
    }
    if (streamAt >= 0) {
      arguments[streamAt] =
          LocalStream.of((Flow.Publisher<?>) Objects.requireNonNull(values[count]));
    }
    if (contextAt >= 0) {
      arguments[contextAt] = context;
    }
    return arguments;
  }

  /** {@return whether a call may be made again when it is not known whether it has been handled} */
  public boolean isIdempotent() {
    return method.isAnnotationPresent(Idempotent.class);
  }

  /** {@return whether a caller of the method expects such an exception} */
  public boolean declares(Throwable thrown) {
    if (thrown instanceof RuntimeException || thrown instanceof Error || form == Form.STAGE) {
      return true;
    }
    return Arrays.stream(method.getExceptionTypes())
        .anyMatch(declared -> declared.isInstance(thrown));
  }

  /** {@return whether the method names such an exception as one that it throws} */
  public boolean foresees(Throwable thrown) {
    return Arrays.stream(method.getExceptionTypes())
        .anyMatch(declared ->
            declared != Exception.class
                && declared != Throwable.class
                && declared.isInstance(thrown));
  }
}
