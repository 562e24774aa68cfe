package io.gannet.transport;

/**
 * The typed key of a session attribute. Keys are compared by identity, so keep a key in a constant.
 *
 * @param <T> the type of the value
 */
public interface AttributeKey<T> {

  /**
   * Creates a key.
   *
   * @param name the name, for logs
   * @param <T> the type of the value
   * @return a key that differs from all others
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
