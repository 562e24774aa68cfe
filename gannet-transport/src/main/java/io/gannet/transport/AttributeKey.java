package io.gannet.transport;

/**
 * The typed key of an attribute of a session. Two keys are the same only if they are the same object:
 * keep it in a constant.
 *
 * @param <T> the type of the value
 */
public interface AttributeKey<T> {

  /**
   * Makes a key.
   *
   * @param name the name, for people
   * @param <T> the type of the value
   * @return a key that equals no other
   */
  static <T> AttributeKey<T> of(String name) {
    return new AttributeKey<>() {
      @Override
      public String toString() {
        return name;
      }
    };
  }
}
