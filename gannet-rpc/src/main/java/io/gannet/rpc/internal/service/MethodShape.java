package io.gannet.rpc.internal.service;

import io.gannet.rpc.Idempotent;
import io.gannet.rpc.internal.format.MethodFormat;
import java.lang.reflect.Method;
import java.util.List;
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
 */
public record MethodShape(
    Method method, String path, Form form, MethodFormat format, List<Integer> sent, int contextAt) {

  /** How a method gives its result. */
  public enum Form {
    /** It returns it, or {@code void}. */
    BLOCKING,
    /** It returns a stage of it. */
    STAGE,
    /** There is none, and nobody waits. */
    ONE_WAY
  }

  /** {@return the arguments that are sent} */
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

  /** {@return the arguments to call the method with, of those that were sent} */
  public @Nullable Object[] toInvoke(@Nullable Object[] values, Object context) {
    @Nullable Object[] arguments = new Object[method.getParameterCount()];
    for (int i = 0; i < values.length; i++) {
      arguments[sent.get(i)] = values[i];
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
    for (Class<?> declared : method.getExceptionTypes()) {
      if (declared.isInstance(thrown)) {
        return true;
      }
    }
    return false;
  }
}
