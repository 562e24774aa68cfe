package io.gannet.rpc.internal.call;

import io.gannet.rpc.CallOptions;
import io.gannet.rpc.internal.format.MethodFormat;
import io.gannet.rpc.internal.service.MethodShape;
import io.gannet.rpc.internal.wire.Payload;
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
