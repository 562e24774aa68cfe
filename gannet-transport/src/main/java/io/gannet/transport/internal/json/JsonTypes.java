package io.gannet.transport.internal.json;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Checks which types a mapper supports. All parts of a type are checked when it is declared, so
 * that types that can't work, or whose values would change, are refused before anything is sent.
 * Thread-safe.
 */
public final class JsonTypes {

  private final JsonMapper mapper;

  /** Whether the mapper is Gannet's. The owner of another mapper decides about exactness. */
  private final boolean isExact;

  /** The checked types, with all classes that are parts of them. */
  private final Map<JavaType, Set<Class<?>>> known = new ConcurrentHashMap<>();

  /**
   * Creates an instance without checked types.
   *
   * @param mapper maps values to JSON
   */
  @SuppressWarnings("ReferenceEquality") // only the default mapper is meant
  public JsonTypes(JsonMapper mapper) {
    this.mapper = mapper;
    this.isExact = mapper == ExactJson.mapper();
  }

  /** {@return the mapper} */
  public JsonMapper mapper() {
    return mapper;
  }

  /**
   * Checks a type.
   *
   * @throws IllegalArgumentException if values of it can't be written and read; the message says
   *     which part, why, and what to do
   */
  public void check(JavaType type) {
    if (!known.containsKey(type)) {
      TypeWalk walk = new TypeWalk(mapper, isExact);
      walk.addRoot(type);
      known.put(type, walk.run());
    }
  }

  /** {@return the reader for values of a type} */
  public ObjectReader reader(JavaType type) {
    return mapper.readerFor(type);
  }

  /**
   * {@return the writer for values of a type; for a checked type, it refuses values of other
   * classes}
   */
  public ObjectWriter writer(JavaType type) {
    ObjectWriter writer = mapper.writerFor(type);
    Set<Class<?>> classes = known.get(type);
    return classes == null || !isExact
        ? writer
        : writer.withAttribute(SubclassGuard.EXPECTED, classes);
  }
}
