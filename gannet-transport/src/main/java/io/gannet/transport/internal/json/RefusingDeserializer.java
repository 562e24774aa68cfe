package io.gannet.transport.internal.json;

import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;

/**
 * Refuses to read a value, because nothing may be looked up or loaded by a name that a peer
 * chooses.
 */
final class RefusingDeserializer extends StdDeserializer<Object> {

  RefusingDeserializer(Class<?> type) {
    super(type);
  }

  @Override
  public Object deserialize(JsonParser in, DeserializationContext context) {
    return context.reportBadDefinition(handledType(), JdkTypes.why(handledType()));
  }
}
