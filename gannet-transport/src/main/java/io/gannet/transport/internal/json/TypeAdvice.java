package io.gannet.transport.internal.json;

/** Why JSON can't be made into a class, and what its author can do. */
final class TypeAdvice {

  private TypeAdvice() {}

  static String ofAbstract(Class<?> type) {
    String advice =
        "name its subclasses with @JsonTypeInfo(use = Id.NAME) and @JsonSubTypes, or use one class";
    return type.isInterface()
        ? "it is an interface, and the peer can't call an implementation in this process; for"
            + " callbacks, offer it as a service of the caller; for data, "
            + advice
        : "it is abstract; " + advice;
  }

  static String ofUnmade(Class<?> type) {
    boolean isKotlin = false;
    for (var annotation : type.getAnnotations()) {
      isKotlin |= annotation.annotationType().getName().equals("kotlin.Metadata");
    }
    if (isKotlin) {
      return "it is a Kotlin class; add tools.jackson.module:jackson-module-kotlin, which can"
          + " create it";
    }
    return "it can't be created from JSON: make it a record, or add a constructor without"
        + " arguments and setters, or compile it with javac's -parameters, or mark a"
        + " constructor with @JsonCreator and its parameters with @JsonProperty";
  }
}
