package io.gannet.transport.internal.json;

import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.util.JsonParserDelegate;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.std.DelegatingDeserializer;

/** Refuses numbers that are too large for their type, which would otherwise be read as infinite. */
final class FiniteNumbers extends DelegatingDeserializer {

  private static final Set<Class<?>> CONCERNED =
      Set.of(
          double.class,
          float.class,
          Double.class,
          Float.class,
          OptionalDouble.class,
          double[].class,
          float[].class);

  FiniteNumbers(ValueDeserializer<?> delegatee) {
    super(delegatee);
  }

  static boolean concerns(Class<?> type) {
    return CONCERNED.contains(type);
  }

  @Override
  protected ValueDeserializer<?> newDelegatingInstance(ValueDeserializer<?> delegatee) {
    return new FiniteNumbers(delegatee);
  }

  @Override
  public @Nullable Object deserialize(JsonParser in, DeserializationContext context) {
    return super.deserialize(new Numbers(in), context);
  }

  /** A parser that throws if a number would be read as infinite. */
  private static final class Numbers extends JsonParserDelegate {
    Numbers(JsonParser in) {
      super(in);
    }

    @Override
    public double getDoubleValue() {
      double value = super.getDoubleValue();
      if (Double.isInfinite(value)) {
        throw new InputCoercionException(
            delegate, "the number is too large for a double", currentToken(), double.class);
      }
      return value;
    }

    @Override
    public float getFloatValue() {
      float value = super.getFloatValue();
      if (Float.isInfinite(value)) {
        throw new InputCoercionException(
            delegate, "the number is too large for a float", currentToken(), float.class);
      }
      return value;
    }
  }
}
