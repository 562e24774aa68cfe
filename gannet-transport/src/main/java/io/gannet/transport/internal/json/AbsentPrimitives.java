package io.gannet.transport.internal.json;

import java.lang.reflect.Array;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.std.DelegatingDeserializer;

/**
 * Reads a missing primitive as zero or false, so that a record may get a new component. Jackson
 * does this since 3.2; earlier versions treat a missing value as null.
 */
final class AbsentPrimitives extends DelegatingDeserializer {

  private final Class<?> type;

  AbsentPrimitives(Class<?> type, ValueDeserializer<?> delegatee) {
    super(delegatee);
    this.type = type;
  }

  @Override
  protected ValueDeserializer<?> newDelegatingInstance(ValueDeserializer<?> delegatee) {
    return new AbsentPrimitives(type, delegatee);
  }

  @Override
  public @Nullable Object getAbsentValue(DeserializationContext context) {
    return Array.get(Array.newInstance(type, 1), 0);
  }
}
