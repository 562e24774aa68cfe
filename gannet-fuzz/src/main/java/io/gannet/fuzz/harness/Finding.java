package io.gannet.fuzz.harness;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A violated condition. */
public final class Finding extends AssertionError {

  private static final long serialVersionUID = 1L;

  private Finding(String message) {
    super(message);
  }

  /**
   * Throws a finding unless a condition holds.
   *
   * @param holds whether the condition holds
   * @param message a format that describes the violation
   * @param arguments the arguments of the format
   */
  @SuppressWarnings("AnnotateFormatMethod") // not worth a dependency
  public static void unless(boolean holds, String message, @Nullable Object... arguments) {
    if (!holds) {
      throw new Finding(message.formatted(arguments));
    }
  }

  /**
   * Throws a finding unless two lists are equal.
   *
   * @param what the name of the lists
   * @param expected the expected list
   * @param actual the actual list
   */
  public static void unlessSame(String what, List<?> expected, List<?> actual) {
    if (expected.equals(actual)) {
      return;
    }
    int i = 0;
    while (i < expected.size()
        && i < actual.size()
        && Objects.equals(expected.get(i), actual.get(i))) {
      i++;
    }
    throw new Finding(
        "%s differ at %d of %d and %d: %s and %s"
            .formatted(what, i, expected.size(), actual.size(), at(expected, i), at(actual, i)));
  }

  private static Object at(List<?> list, int index) {
    return index < list.size() ? list.get(index) : "nothing";
  }
}
