package io.gannet.rpc.internal.service;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The services that one side offers. Immutable once it is in use. */
public final class Services {

  /**
   * A method and what handles its calls.
   *
   * @param shape the method
   * @param target has the implementation
   */
  public record Handler(MethodShape shape, Object target) {}

  private final Map<String, Handler> handlers = new HashMap<>();
  private final Set<String> names = new TreeSet<>();

  /** Offers nothing. */
  public Services() {}

  /**
   * Offers the same as another.
   *
   * @param others the others
   */
  public Services(Services others) {
    handlers.putAll(others.handlers);
    names.addAll(others.names);
  }

  /**
   * Offers one more service.
   *
   * @param shape its interface
   * @param target what handles its calls
   * @throws IllegalArgumentException if there is one of that name
   */
  public void add(ServiceShape shape, Object target) {
    if (!names.add(shape.name())) {
      throw new IllegalArgumentException(
          "there is a service '%s' already: give %s another name or version with @RpcService"
              .formatted(shape.name(), shape.type().getName()));
    }
    for (MethodShape method : shape.methods().values()) {
      if (!method.method().trySetAccessible()) {
        throw new IllegalArgumentException(
            "%s can't be reached: make it public, or open its package to io.gannet.rpc"
                .formatted(shape.type().getName()));
      }
      handlers.put(method.path(), new Handler(method, target));
    }
  }

  /** {@return what handles a method, or null} */
  public @Nullable Handler find(String path) {
    return handlers.get(path);
  }

  /** {@return what to tell somebody who has called a method that there is not} */
  public String missing(String path) {
    int slash = path.lastIndexOf('/');
    if (slash > 0 && names.contains(path.substring(0, slash))) {
      return "service '%s' has no method '%s'"
          .formatted(path.substring(0, slash), path.substring(slash + 1));
    }
    return slash > 0
        ? "there is no service '%s'".formatted(path.substring(0, slash))
        : "'%s' is not of the form Service/method".formatted(path);
  }
}
