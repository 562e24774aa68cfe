package io.gannet.rpc.internal.service;

import io.gannet.transport.internal.json.JsonTypes;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Caches the shapes of interfaces, so that each interface is analysed once. Thread-safe. */
public final class ServiceShapes {

  private final JsonTypes types;
  private final Map<Class<?>, ServiceShape> known = new ConcurrentHashMap<>();

  /**
   * Creates an empty cache.
   *
   * @param types maps values to JSON
   */
  public ServiceShapes(JsonTypes types) {
    this.types = types;
  }

  /**
   * Returns the shape of an interface.
   *
   * @throws IllegalArgumentException if the interface can't be a service; the message contains the
   *     method and the reason
   */
  public ServiceShape of(Class<?> type) {
    ServiceShape shape = known.get(type);
    return shape != null ? shape : known.computeIfAbsent(type, key -> ServiceShape.of(key, types));
  }
}
