package io.gannet.rpc.internal.call;

import io.gannet.rpc.CallOptions;
import io.gannet.rpc.internal.format.MethodFormat;
import io.gannet.rpc.internal.service.MethodShape;
import io.gannet.rpc.internal.wire.Payload;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A call to be made. */
public final class Invocation {

  private final String path;
  private final MethodFormat format;
  private final @Nullable Object[] arguments;
  private final CallOptions options;
  private final @Nullable MethodShape shape;

  /**
   * Describes a call.
   *
   * @param path service and method
   * @param format how its arguments and its result are written
   * @param arguments those that are sent
   * @param options what the caller has chosen
   * @param shape the method of the interface, or null for a call by name
   */
  Invocation(
      String path,
      MethodFormat format,
      @Nullable Object[] arguments,
      CallOptions options,
      @Nullable MethodShape shape) {
    this.path = path;
    this.format = format;
    this.arguments = arguments;
    this.options = options;
    this.shape = shape;
  }

  /** {@return service and method} */
  public String path() {
    return path;
  }

  /** {@return what the caller has chosen} */
  public CallOptions options() {
    return options;
  }

  /** {@return whether it may be made again when it is not known whether it has been handled} */
  public boolean isIdempotent() {
    return options.isIdempotent() || (shape != null && shape.isIdempotent());
  }

  /** {@return the arguments that are sent} */
  List<@Nullable Object> arguments() {
    return Values.listOf(arguments);
  }

  /** {@return the same with other options} */
  Invocation with(CallOptions other) {
    return new Invocation(path, format, arguments, other, shape);
  }

  /** {@return the same with other arguments} */
  Invocation with(List<? extends @Nullable Object> others) {
    if (others.size() != arguments.length) {
      throw new IllegalArgumentException(
          "%s is called with %d arguments, not %d"
              .formatted(path, arguments.length, others.size()));
    }
    return new Invocation(path, format, others.toArray(), options, shape);
  }

  Payload payload() {
    return format.writeArguments(arguments);
  }

  MethodFormat format() {
    return format;
  }

  /** {@return whether the caller can be thrown this} */
  boolean expects(Throwable thrown) {
    return thrown instanceof RuntimeException || (shape != null && shape.declares(thrown));
  }
}
