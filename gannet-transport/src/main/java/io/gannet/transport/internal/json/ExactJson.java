package io.gannet.transport.internal.json;

import io.gannet.transport.internal.library.Libraries;
import java.util.ArrayDeque;
import java.util.Date;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TimeZone;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.Version;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.cfg.MutableCoercionConfig;
import tools.jackson.databind.cfg.PackageVersion;
import tools.jackson.databind.deser.ValueDeserializerModifier;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.NumericNode;
import tools.jackson.databind.ser.ValueSerializerModifier;
import tools.jackson.databind.ser.std.StdSerializer;
import tools.jackson.databind.type.ArrayType;
import tools.jackson.databind.type.LogicalType;

/**
 * Creates a mapper that restores the exact value, or refuses it. Jackson's defaults convert times
 * to UTC, truncate fractions, write enums with their {@code toString}, and look up files and
 * classes by names that a peer has chosen.
 */
public final class ExactJson {

  /** The maximum nesting of objects and arrays. */
  public static final int MAX_DEPTH = 200;

  /**
   * The only module that is found automatically, because Kotlin's classes can't be created without
   * it.
   */
  private static final String KOTLIN_MODULE = "tools.jackson.module.kotlin.KotlinModule";

  /** The oldest version that each build tests, in {@code gannet-consumers}. */
  private static final String OLDEST_JACKSON = "3.1.4";

  /** Values as deep as that may have one more type argument at each level. */
  private static final int MAX_ARGUMENTS = MAX_DEPTH + 50;

  /**
   * The number of pooled buffers. Each thread that reads or writes has one. Jackson's own pool has
   * no limit and takes longer.
   */
  private static final int MAX_POOLED = 64;

  private ExactJson() {}

  /**
   * {@return the mapper}
   *
   * @throws IllegalStateException if Jackson is too old; the message says what to do
   */
  public static JsonMapper mapper() {
    Version version = PackageVersion.VERSION;
    Libraries.check(
        "Jackson (tools.jackson.databind)",
        version.isUnknownVersion() ? null : version.toString(),
        OLDEST_JACKSON,
        "import tools.jackson:jackson-bom in such a version");
    return Made.MAPPER;
  }

  /**
   * {@return the message of a failure, without the position in the text, which Jackson appends to
   * its own messages}
   *
   * @param thrown an exception of Jackson, or of a class that it called
   */
  public static String textOf(Throwable thrown) {
    return String.valueOf(
        thrown instanceof JacksonException jackson
            ? jackson.getOriginalMessage()
            : thrown.getMessage());
  }

  /** Created after checking that Jackson is recent enough. */
  private static final class Made {
    static final JsonMapper MAPPER = make();
  }

  private static JsonMapper make() {
    JsonMapper.Builder builder =
        JsonMapper.builder(
                TextFactory.of(
                    JsonFactory.builder()
                        .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                        .streamWriteConstraints(
                            StreamWriteConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                        .recyclerPool(JsonRecyclerPools.newBoundedPool(MAX_POOLED))))
            .enable(DateTimeFeature.WRITE_DATES_WITH_ZONE_ID)
            .disable(
                DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE,
                DateTimeFeature.NORMALIZE_DESERIALIZED_ZONE_ID)
            .defaultLeniency(false)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(
                LogicalType.Textual,
                config ->
                    config
                        .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                        .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                        .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            // Two constants may have the same text.
            .disable(
                EnumFeature.READ_ENUMS_USING_TO_STRING, EnumFeature.WRITE_ENUMS_USING_TO_STRING)
            .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .enable(JsonNodeFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .addModule(module());
    for (LogicalType type : LogicalType.values()) {
      if (type != LogicalType.Textual) {
        builder.withCoercionConfig(type, ExactJson::refuseBlank);
      }
    }
    for (Class<?> type : new Class<?>[] {Locale.class, java.net.URI.class}) {
      builder.withCoercionConfig(
          type,
          config -> config.setCoercion(CoercionInputShape.EmptyString, CoercionAction.AsEmpty));
    }
    ServiceLoader.load(JacksonModule.class, ExactJson.class.getClassLoader()).stream()
        .filter(found -> found.type().getName().equals(KOTLIN_MODULE))
        .map(ServiceLoader.Provider::get)
        .forEach(builder::addModule);
    return builder.build();
  }

  /** An empty text differs from null. */
  private static void refuseBlank(MutableCoercionConfig config) {
    config
        .setAcceptBlankAsEmpty(false)
        .setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail);
  }

  private static JacksonModule module() {
    return new SimpleModule("gannet")
        .addSerializer(new TextSerializer())
        .addSerializer(new DateSerializer())
        .addSerializer(new TimeZoneSerializer())
        .addSerializer(new LocaleSerializer())
        .addSerializer(new TreeSerializer())
        .addAbstractTypeMapping(Set.class, LinkedHashSet.class) // keeps the order
        .addAbstractTypeMapping(Map.class, LinkedHashMap.class)
        .setSerializerModifier(new Writing())
        .setDeserializerModifier(new Reading());
  }

  /** Refuses types of the JDK that aren't known to arrive unchanged. */
  private static final class Writing extends ValueSerializerModifier {
    private static final long serialVersionUID = 1L;

    @Override
    public ValueSerializer<?> modifySerializer(
        SerializationConfig config,
        BeanDescription.Supplier description,
        ValueSerializer<?> serializer) {
      refuseEndless(description.getType());
      Class<?> type = description.getBeanClass();
      if (JdkTypes.isRefused(type)) {
        return new RefusingSerializer(type);
      }
      return SubclassGuard.needs(type, serializer) ? new SubclassGuard(serializer) : serializer;
    }
  }

  private static final class Reading extends ValueDeserializerModifier {
    private static final long serialVersionUID = 1L;

    @Override
    public ValueDeserializer<?> modifyDeserializer(
        DeserializationConfig config,
        BeanDescription.Supplier description,
        ValueDeserializer<?> deserializer) {
      refuseEndless(description.getType());
      Class<?> type = description.getBeanClass();
      // A property of type Object accepts all JSON values.
      if (type != Object.class && JdkTypes.isRefused(type)) {
        return new RefusingDeserializer(type);
      }
      ValueDeserializer<?> finite =
          FiniteNumbers.concerns(type) ? new FiniteNumbers(deserializer) : deserializer;
      return type.isPrimitive() ? new AbsentPrimitives(type, finite) : finite;
    }

    @Override
    public ValueDeserializer<?> modifyArrayDeserializer(
        DeserializationConfig config,
        ArrayType type,
        BeanDescription.Supplier description,
        ValueDeserializer<?> deserializer) {
      return FiniteNumbers.concerns(type.getRawClass())
          ? new FiniteNumbers(deserializer)
          : deserializer;
    }
  }

  /**
   * Refuses a type before Jackson looks at its parts: it would follow types that hold themselves
   * with ever longer arguments until the stack is full. It reports this exception as its own.
   */
  private static void refuseEndless(JavaType type) {
    if (isEndless(type)) {
      throw new IllegalArgumentException(
          type.getRawClass().getName()
              + " holds itself with other type arguments, and those again, without an end");
    }
  }

  /** {@return whether a type has more type arguments than any type of a value may need} */
  static boolean isEndless(JavaType type) {
    Deque<JavaType> left = new ArrayDeque<>(List.of(type));
    for (int count = 0; !left.isEmpty(); count++) {
      if (count > MAX_ARGUMENTS) {
        return true;
      }
      JavaType each = left.pop();
      if (each.isArrayType()) {
        left.push(each.getContentType());
      }
      for (int i = 0; i < each.containedTypeCount(); i++) {
        left.push(each.containedType(i));
      }
    }
    return false;
  }

  private static final class RefusingSerializer extends StdSerializer<Object> {
    RefusingSerializer(Class<?> type) {
      super(type);
    }

    @Override
    public void serialize(Object value, JsonGenerator out, SerializationContext context) {
      context.reportBadDefinition(handledType(), JdkTypes.why(handledType()));
    }
  }

  /** Its subclasses have parts that are not written, such as the nanoseconds of a timestamp. */
  @SuppressWarnings("JavaUtilDate") // users may have Date fields
  private static final class DateSerializer extends StdSerializer<Date> {
    DateSerializer() {
      super(Date.class);
    }

    @Override
    public void serialize(Date value, JsonGenerator out, SerializationContext context) {
      if (value.getClass() != Date.class) {
        context.reportBadDefinition(value.getClass(), JdkTypes.why(value.getClass()));
      }
      context.defaultSerializeDateValue(value, out);
    }
  }

  private static final class TimeZoneSerializer extends StdSerializer<TimeZone> {
    TimeZoneSerializer() {
      super(TimeZone.class);
    }

    @Override
    public void serialize(TimeZone value, JsonGenerator out, SerializationContext context) {
      if (!TimeZone.getTimeZone(value.getID()).equals(value)) {
        context.reportBadDefinition(
            TimeZone.class,
            "the time zone '%s' is not the JDK's time zone with this id".formatted(value.getID()));
      }
      out.writeString(value.getID());
    }
  }

  private static final class LocaleSerializer extends StdSerializer<Locale> {
    LocaleSerializer() {
      super(Locale.class);
    }

    @Override
    public void serialize(Locale value, JsonGenerator out, SerializationContext context) {
      String tag = value.equals(Locale.ROOT) ? "" : value.toLanguageTag();
      if (!Locale.forLanguageTag(tag).equals(value)) {
        context.reportBadDefinition(
            Locale.class, "the locale '%s' can't be written as a language tag".formatted(value));
      }
      out.writeString(tag);
    }
  }

  /** Checks trees, which may have nodes that JSON can't express. */
  private static final class TreeSerializer extends StdSerializer<JsonNode> {
    TreeSerializer() {
      super(JsonNode.class);
    }

    @Override
    public void serialize(JsonNode value, JsonGenerator out, SerializationContext context) {
      check(value, context, 0);
      value.serialize(out, context);
    }

    private static void check(JsonNode node, SerializationContext context, int depth) {
      boolean isJson =
          switch (node.getNodeType()) {
            case ARRAY, OBJECT, BOOLEAN, NULL, STRING -> true;
            case NUMBER -> !(node instanceof NumericNode number) || !number.isNaN();
            case BINARY, MISSING, POJO -> false;
          };
      if (!isJson) {
        context.reportBadDefinition(
            node.getClass(), "the node '%s' is not allowed in a tree of JSON".formatted(node));
      }
      if (depth <= MAX_DEPTH) { // the writer rejects deeper values
        for (JsonNode child : node) {
          check(child, context, depth + 1);
        }
      }
    }
  }
}
