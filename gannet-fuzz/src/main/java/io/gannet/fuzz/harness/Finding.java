package io.gannet.fuzz.harness;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Something that must hold doesn't. */
public final class Finding extends AssertionError {

  private static final long serialVersionUID = 1L;

  private Finding(String message) {
    super(message);
  }

  /**
   * Complains unless something holds.
   *
   * @param holds whether it does
   * @param message what doesn't, a format
   * @param arguments for the format
   */
  @SuppressWarnings("AnnotateFormatMethod") // not worth a dependency
  public static void unless(boolean holds, String message, @Nullable Object... arguments) {
    if (!holds) {
      throw new Finding(message.formatted(arguments));
    }
  }

  /**
   * Complains unless two lists are the same.
   *
   * @param what what they are
   * @param expected one
   * @param actual the other
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
