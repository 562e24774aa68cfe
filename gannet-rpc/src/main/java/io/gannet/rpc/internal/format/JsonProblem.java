package io.gannet.rpc.internal.format;

import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/**
 * Describes an error in a JSON text to its sender: the place and the problem, but not the Java
 * type. Jackson's own messages contain class names and the accepted values.
 */
final class JsonProblem {

  /** The longest text that describes the place, in characters. */
  private static final int MAX_PLACE = 200;

  private JsonProblem() {}

  /** {@return the description of the error} */
  static String of(Throwable thrown) {
    return switch (thrown) {
      case JacksonException problem -> {
        String place = place(problem);
        yield place.isEmpty() ? what(problem) : place + ": " + what(problem);
      }
      case StackOverflowError deep -> "the value is nested too deeply";
      default -> "it contains a value that is not accepted";
    };
  }

  private static String what(JacksonException problem) {
    return switch (problem) {
      case StreamConstraintsException limit ->
          limit.getOriginalMessage().replaceAll(", from `.*", ")");
      case StreamReadException syntax -> "invalid JSON: " + syntax.getOriginalMessage();
      case UnrecognizedPropertyException unknown -> "unknown field";
      case InvalidFormatException format -> "the value is not allowed here";
      default -> "the value has another type, or a required value is missing";
    };
  }

  /** Formats the place, such as {@code lines[1].size}. */
  private static String place(JacksonException problem) {
    StringBuilder place = new StringBuilder();
    for (JacksonException.Reference step : problem.getPath()) {
      String name = step.getPropertyName();
      if (name == null) {
        place.append('[').append(step.getIndex()).append(']');
      } else {
        place.append(place.isEmpty() ? "" : ".").append(name);
      }
      if (place.length() > MAX_PLACE) {
        return place.substring(0, MAX_PLACE) + "...";
      }
    }
    return place.toString();
  }
}
