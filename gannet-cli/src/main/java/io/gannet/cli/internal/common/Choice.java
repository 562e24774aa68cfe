package io.gannet.cli.internal.common;

import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads one of several values by what its {@code toString} says, and knows no other spelling.
 *
 * @param <T> the type of the values
 */
public class Choice<T> implements ITypeConverter<T> {

  private final T[] values;

  /**
   * Creates a converter.
   *
   * @param values what there is to choose from
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
        "\"%s\" is none of %s"
            .formatted(
                text, Stream.of(values).map(Object::toString).collect(Collectors.joining(", "))));
  }
}
