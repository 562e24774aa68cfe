package io.gannet.rpc.internal.wire;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The services that this side offers, for protocols that describe them. Thread-safe. */
public interface OfferedServices {

  /**
   * A method that can be called with Protobuf.
   *
   * @param path service and method
   * @param streams which streams its calls have
   * @param argument the class of the argument or of its items; null if there is none
   * @param result the class of the result or of its items; null if there is none
   */
  record Method(
      String path, Frame.Streams streams, @Nullable Class<?> argument, @Nullable Class<?> result) {}

  /** {@return the names of all services, in alphabetical order} */
  Set<String> names();

  /** {@return the methods that can be called with Protobuf, in the order of their paths} */
  List<Method> protobufMethods();
}
