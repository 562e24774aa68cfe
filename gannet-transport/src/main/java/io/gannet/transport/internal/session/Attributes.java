package io.gannet.transport.internal.session;

import io.gannet.transport.AttributeKey;
import java.util.IdentityHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The attributes of a session. Thread-safe. */
final class Attributes {

  private final IdentityHashMap<AttributeKey<?>, Object> values = new IdentityHashMap<>(4);

  @SuppressWarnings("unchecked") // each value has the type of its key
  synchronized <T> @Nullable T get(AttributeKey<T> key) {
    return (T) values.get(key);
  }

  @SuppressWarnings("unchecked")
  synchronized <T> @Nullable T set(AttributeKey<T> key, @Nullable T value) {
    return (T) (value == null ? values.remove(key) : values.put(key, value));
  }

  @SuppressWarnings("unchecked")
  synchronized <T> T getOrSet(AttributeKey<T> key, Supplier<? extends T> initial) {
    return (T) values.computeIfAbsent(key, absent -> initial.get());
  }
}
