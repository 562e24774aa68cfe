package io.gannet.rpc.internal.service;

import io.gannet.rpc.Idempotent;
import io.gannet.rpc.RpcStream;
import io.gannet.rpc.internal.format.MethodFormat;
import io.gannet.rpc.internal.stream.LocalStream;
import io.gannet.rpc.internal.wire.Frame;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * A method that can be called remotely.
 *
 * @param method the method of the interface
 * @param path the service and the method, as sent on the wire
 * @param form how it returns its result
 * @param format encodes its arguments and its result
 * @param sent the indices of the parameters that are sent
 * @param contextAt the index of the parameter that receives the call's context, or -1
 * @param streamAt the index of the parameter that is a stream, or -1
 * @param streamFormat encodes the items of that stream, as a method's only parameter; null if there
 *     is no stream
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

  /** How a method returns its result. */
  public enum Form {
    /** As its return value, or {@code void}. */
    BLOCKING,
    /** As a {@code CompletionStage}. */
    STAGE,
    /** As a stream. */
    STREAM,
    /** No result: the caller doesn't wait. */
    ONE_WAY
  }

  /**
   * {@return the same method with other formats}
   *
   * @param values encodes its arguments and its result
   * @param items encodes the items of its stream; null if it takes none
   */
  MethodShape with(MethodFormat values, @Nullable MethodFormat items) {
    return new MethodShape(method, path, form, values, sent, contextAt, streamAt, items);
  }

  /** {@return which streams its calls have} */
  public Frame.Streams streams() {
    return Frame.Streams.of(streamAt >= 0, form == Form.STREAM);
  }

  /** {@return whether it has a result, which may be a stream} */
  public boolean returns() {
    return switch (form) {
      case BLOCKING -> method.getReturnType() != void.class && method.getReturnType() != Void.class;
      case STAGE ->
          !(method.getGenericReturnType() instanceof ParameterizedType stage)
              || stage.getActualTypeArguments()[0] != Void.class;
      case STREAM -> true;
      case ONE_WAY -> false;
    };
  }

  /** {@return the stream among the arguments, or null if there is none} */
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

  /**
   * {@return the arguments for the method, built from the received values; a stream is the last
   * value}
   */
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

  /** {@return whether a call may be repeated if it is unknown whether it was handled} */
  public boolean isIdempotent() {
    return method.isAnnotationPresent(Idempotent.class);
  }

  /** {@return whether callers of the method expect this exception} */
  public boolean declares(Throwable thrown) {
    if (thrown instanceof RuntimeException || thrown instanceof Error || form == Form.STAGE) {
      return true;
    }
    return Arrays.stream(method.getExceptionTypes())
        .anyMatch(declared -> declared.isInstance(thrown));
  }

  /** {@return whether the method declares this exception} */
  public boolean foresees(Throwable thrown) {
    return Arrays.stream(method.getExceptionTypes())
        .anyMatch(declared ->
            declared != Exception.class
                && declared != Throwable.class
                && declared.isInstance(thrown));
  }
}
