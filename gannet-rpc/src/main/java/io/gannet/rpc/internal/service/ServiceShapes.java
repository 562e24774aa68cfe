package io.gannet.rpc.internal.service;

import io.gannet.transport.internal.json.JsonTypes;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The shapes of interfaces, each of which is looked at once. Thread-safe. */
public final class ServiceShapes {

  private final JsonTypes types;
  private final Map<Class<?>, ServiceShape> known = new ConcurrentHashMap<>();

  /**
   * Knows none.
   *
   * @param types maps values to JSON
   */
  public ServiceShapes(JsonTypes types) {
    this.types = types;
  }

  /**
   * Looks at an interface.
   *
   * @throws IllegalArgumentException if it can't be a service; says which method and why
   */
  public ServiceShape of(Class<?> type) {
    ServiceShape shape = known.get(type);
    return shape != null ? shape : known.computeIfAbsent(type, key -> ServiceShape.of(key, types));
  }
}
