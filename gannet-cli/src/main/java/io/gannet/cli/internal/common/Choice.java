package io.gannet.cli.internal.common;

import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads one of several values. The only accepted spelling is the value's {@code toString}.
 *
 * @param <T> the type of the values
 */
public class Choice<T> implements ITypeConverter<T> {

  private final T[] values;

  /**
   * Creates a converter.
   *
   * @param values the values to choose from
   */
  protected Choice(T[] values) {
    this.values = values.clone();
  }

  @Override
  public T convert(String text) {
    for (T value : values) {
      if (value.toString().equals(text)) {
        return value;
      }
    }
    throw new TypeConversionException(
        "\"%s\" is not one of %s"
            .formatted(
                text, Stream.of(values).map(Object::toString).collect(Collectors.joining(", "))));
  }
}
