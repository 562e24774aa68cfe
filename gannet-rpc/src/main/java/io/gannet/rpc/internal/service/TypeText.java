package io.gannet.rpc.internal.service;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.time.Month;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.stream.Collectors;

/** Describes the JSON form of a type in a few words for users. */
final class TypeText {

  /**
   * The nesting depth of records up to which their fields are shown; deeper ones appear by name.
   */
  private static final int MAX_DEPTH = 3;

  private TypeText() {}

  static String of(Type type) {
    return of(type, MAX_DEPTH);
  }

  private static String of(Type type, int depth) {
    return switch (type) {
      case Class<?> plain -> ofClass(plain, depth);
      case GenericArrayType array -> "[" + of(array.getGenericComponentType(), depth) + "]";
      case ParameterizedType generic -> ofGeneric(generic, depth);
      case WildcardType wildcard -> of(wildcard.getUpperBounds()[0], depth);
      default -> type.getTypeName();
    };
  }

  private static String ofClass(Class<?> type, int depth) {
    if (type == char[].class) {
      return "String"; // as it is sent
    }
    if (type.isArray()) {
      return type == byte[].class ? "Base64" : "[" + of(type.getComponentType(), depth) + "]";
    }
    if (type.isEnum() && type != Month.class) { // a month is sent as its number
      return Arrays.stream(type.getEnumConstants())
          .map(constant -> ((Enum<?>) constant).name())
          .collect(Collectors.joining(" | "));
    }
    if (type.isRecord() && depth > 0) {
      return Arrays.stream(type.getRecordComponents())
          .map(component -> field(component, depth - 1))
          .collect(Collectors.joining(", ", "{", "}"));
    }
    return type.getSimpleName();
  }

  private static String field(RecordComponent component, int depth) {
    return component.getName() + ": " + of(component.getGenericType(), depth);
  }

  private static String ofGeneric(ParameterizedType type, int depth) {
    Class<?> raw = (Class<?>) type.getRawType();
    Type[] arguments = type.getActualTypeArguments();
    if (Map.class.isAssignableFrom(raw) && arguments.length == 2) {
      return "{[" + of(arguments[0], depth) + "]: " + of(arguments[1], depth) + "}";
    }
    if (Collection.class.isAssignableFrom(raw) && arguments.length == 1) {
      return "[" + of(arguments[0], depth) + "]";
    }
    if (Flow.Publisher.class.isAssignableFrom(raw)) {
      return "stream " + of(arguments[0], depth);
    }
    if (raw == Optional.class) {
      return of(arguments[0], depth) + "?";
    }
    return Arrays.stream(arguments)
        .map(argument -> of(argument, depth))
        .collect(Collectors.joining(", ", raw.getSimpleName() + "<", ">"));
  }
}
