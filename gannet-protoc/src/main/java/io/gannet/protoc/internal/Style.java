package io.gannet.protoc.internal;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Which interfaces are made for a service: the value of the parameter {@code style}. */
enum Style {
  BLOCKING,
  ASYNC,
  BOTH;

  /** How the methods of an interface return a single result. */
  enum Form {
    /** As a value. */
    BLOCKING(""),
    /** As a {@code CompletionStage}. */
    ASYNC("Async");

    /** What is added to the name of the service. */
    final String suffix;

    Form(String suffix) {
      this.suffix = suffix;
    }
  }

  List<Form> forms() {
    return switch (this) {
      case BLOCKING -> List.of(Form.BLOCKING);
      case ASYNC -> List.of(Form.ASYNC);
      case BOTH -> List.of(Form.BLOCKING, Form.ASYNC);
    };
  }

  /**
   * Reads the plugin's parameters.
   *
   * @param parameters {@code name=value}, separated by commas
   * @throws RefusedException if there is an unknown parameter or value
   */
  static Style of(String parameters) {
    Style style = BLOCKING;
    boolean known = false;
    for (String parameter : parameters.split(",", -1)) {
      if (parameter.isBlank()) {
        continue;
      }
      String[] parts = parameter.strip().split("=", 2);
      if (!parts[0].equals("style")) {
        throw new RefusedException("unknown parameter '%s': there is style".formatted(parts[0]));
      }
      if (known) {
        throw new RefusedException("the parameter style is there twice");
      }
      known = true;
      style = byName(parts.length == 1 ? "" : parts[1]);
    }
    return style;
  }

  private static Style byName(String name) {
    return Arrays.stream(values())
        .filter(style -> style.toString().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new RefusedException(
                "unknown style '%s': there are %s"
                    .formatted(
                        name,
                        Arrays.stream(values())
                            .map(Style::toString)
                            .collect(Collectors.joining(", ")))));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
