package io.gannet.transport.internal.json;

import java.lang.reflect.Modifier;
import java.util.Iterator;
import java.util.Set;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.jsontype.TypeSerializer;
import tools.jackson.databind.ser.PropertyWriter;
import tools.jackson.databind.ser.bean.BeanSerializerBase;
import tools.jackson.databind.ser.std.StdSerializer;
import tools.jackson.databind.util.NameTransformer;

/**
 * Refuses values of a class that the reader doesn't expect: a value of a subclass would arrive as
 * its declared superclass, without its own fields.
 */
final class SubclassGuard extends StdSerializer<Object> {

  /** The attribute of a writer that contains the classes whose values it may write. */
  static final Object EXPECTED = SubclassGuard.class;

  private final ValueSerializer<Object> serializer;

  @SuppressWarnings("unchecked") // a serializer accepts the type it was found for
  SubclassGuard(ValueSerializer<?> serializer) {
    super((Class<?>) serializer.handledType());
    this.serializer = (ValueSerializer<Object>) serializer;
  }

  /** {@return whether values of another class can appear where a class is declared} */
  static boolean needs(Class<?> type, ValueSerializer<?> serializer) {
    return serializer instanceof BeanSerializerBase
        && !Modifier.isFinal(type.getModifiers())
        && !Modifier.isAbstract(type.getModifiers());
  }

  private void check(Object value, SerializationContext context) {
    if (context.getAttribute(EXPECTED) instanceof Set<?> expected
        && !expected.contains(value.getClass())) {
      context.reportBadDefinition(
          value.getClass(),
          "%s can't be sent as JSON: it would arrive as its declared superclass, without its own"
                  .formatted(value.getClass().getName())
              + " fields; name it in @JsonSubTypes of that class");
    }
  }

  @Override
  public void serialize(Object value, JsonGenerator out, SerializationContext context) {
    check(value, context);
    serializer.serialize(value, out, context);
  }

  @Override
  public void serializeWithType(
      Object value, JsonGenerator out, SerializationContext context, TypeSerializer type) {
    check(value, context);
    serializer.serializeWithType(value, out, context, type);
  }

  @Override
  public void resolve(SerializationContext context) {
    serializer.resolve(context);
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // as in Jackson: unchanged
  public ValueSerializer<?> createContextual(SerializationContext context, BeanProperty property) {
    ValueSerializer<?> made = serializer.createContextual(context, property);
    return made == serializer ? this : new SubclassGuard(made);
  }

  /**
   * An unwrapped value has no object of its own, so it must be recognized by the class of its
   * serializer.
   */
  @Override
  public ValueSerializer<Object> unwrappingSerializer(NameTransformer names) {
    return serializer.unwrappingSerializer(names);
  }

  @Override
  public ValueSerializer<?> withFilterId(Object filter) {
    return new SubclassGuard(serializer.withFilterId(filter));
  }

  @Override
  public ValueSerializer<?> withIgnoredProperties(Set<String> names) {
    return new SubclassGuard(serializer.withIgnoredProperties(names));
  }

  @Override
  public ValueSerializer<?> getDelegatee() {
    return serializer;
  }

  @Override
  public Iterator<PropertyWriter> properties() {
    return serializer.properties();
  }

  @Override
  public boolean usesObjectId() {
    return serializer.usesObjectId();
  }

  @Override
  public boolean isEmpty(SerializationContext context, Object value) {
    return serializer.isEmpty(context, value);
  }
}
