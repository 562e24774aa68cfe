package io.gannet.rpc.internal.service;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.json.JsonMapper;

/** The shapes of interfaces, each of which is looked at once. Thread-safe. */
public final class ServiceShapes {

  private final JsonMapper mapper;
  private final Map<Class<?>, ServiceShape> known = new ConcurrentHashMap<>();

  /**
   * Knows none.
   *
   * @param mapper maps values to JSON
   */
  public ServiceShapes(JsonMapper mapper) {
    this.mapper = mapper;
  }

  /**
   * Looks at an interface.
   *
   * @throws IllegalArgumentException if it can't be a service; says which method and why
   */
  public ServiceShape of(Class<?> type) {
    ServiceShape shape = known.get(type);
    return shape != null ? shape : known.computeIfAbsent(type, key -> ServiceShape.of(key, mapper));
  }
}
