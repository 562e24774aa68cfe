package io.gannet.transport.internal.json;

import com.fasterxml.jackson.annotation.JsonIdentityReference;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonIncludeProperties;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.AnnotationIntrospector;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.deser.AbstractDeserializer;
import tools.jackson.databind.deser.SettableBeanProperty;
import tools.jackson.databind.deser.ValueInstantiator;
import tools.jackson.databind.deser.bean.BeanDeserializerBase;
import tools.jackson.databind.deser.jdk.UntypedObjectDeserializer;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.NamedType;
import tools.jackson.databind.jsontype.TypeDeserializer;
import tools.jackson.databind.ser.BeanPropertyWriter;
import tools.jackson.databind.ser.bean.BeanSerializerBase;
import tools.jackson.databind.ser.impl.UnknownSerializer;
import tools.jackson.databind.ser.jackson.JsonValueSerializer;

/**
 * The check of one type and its parts: whether its values can be written and read, and arrive
 * unchanged. For a single use by one thread.
 */
final class TypeWalk {

  /** More parts than any intended type has, because some generic types are infinite. */
  private static final int MAX_PARTS = 10_000;

  /**
   * A type to check.
   *
   * @param type the type
   * @param of the type that contains it, for messages, or null
   */
  private record Part(JavaType type, @Nullable String of) {}

  /**
   * A written type.
   *
   * @param part the type
   * @param isWhole whether all of it is written; an annotation at its use can exclude parts
   * @param depth the number of types that contain it
   */
  private record Written(Part part, boolean isWhole, int depth) {}

  private final JsonMapper mapper;
  private final boolean isExact;
  private final Set<JavaType> seen = new HashSet<>();
  private final Set<JavaType> seenWritten = new HashSet<>();
  private final Set<JavaType> seenWrittenInPart = new HashSet<>();
  private final Set<Class<?>> classes = new HashSet<>();
  private final Deque<Part> left = new ArrayDeque<>();
  private final Deque<Written> leftWritten = new ArrayDeque<>();
  private final DeserializationContext reading;
  private final SerializationContext writing;

  /**
   * Creates a check.
   *
   * @param mapper maps values to JSON
   * @param isExact whether values must arrive as they were
   */
  TypeWalk(JsonMapper mapper, boolean isExact) {
    this.mapper = mapper;
    this.isExact = isExact;
    this.reading = mapper._deserializationContext();
    this.writing = mapper._serializationContext();
  }

  /**
   * Adds the type as read and as written, which have different parts: computed properties are only
   * written.
   */
  void addRoot(JavaType type) {
    add(type, null);
    if (isExact) {
      addWritten(type, null, true, 0);
    }
  }

  private void add(JavaType type, @Nullable String of) {
    if (seen.add(type)) {
      left.add(new Part(type, of));
    }
  }

  /** Adds a part, unless it is deeper than any written value. */
  private void addWritten(JavaType type, @Nullable String of, boolean isWhole, int depth) {
    if (depth <= ExactJson.MAX_DEPTH
        && !ExactJson.isEndless(type)
        && !seenWritten.contains(type)
        && (isWhole ? seenWritten : seenWrittenInPart).add(type)) {
      leftWritten.add(new Written(new Part(type, of), isWhole, depth));
    }
  }

  Set<Class<?>> run() {
    Part part = left.poll();
    while (part != null) {
      if (seen.size() > MAX_PARTS) {
        throw refused(part, "it has more than %,d parts".formatted(MAX_PARTS));
      }
      look(part);
      part = left.poll();
    }
    Written written = leftWritten.poll();
    while (written != null && seenWritten.size() + seenWrittenInPart.size() <= MAX_PARTS) {
      lookAtWritten(written);
      written = leftWritten.poll();
    }
    return Set.copyOf(classes);
  }

  private void look(Part part) {
    JavaType type = part.type();
    Class<?> raw = type.getRawClass();
    if (type.isArrayType()) {
      add(type.getContentType(), part.of());
      return;
    }
    refuseProtobuf(part);
    if (Throwable.class.isAssignableFrom(raw) || (isExact && JdkTypes.isJdk(raw))) {
      if (!JdkTypes.isNamed(raw)) {
        throw refused(part, JdkTypes.reason(raw));
      }
    }
    if (type.isMapLikeType() || Map.Entry.class.isAssignableFrom(raw)) {
      lookAtMap(part);
    } else if (type.isCollectionLikeType() || raw == Iterable.class) {
      lookAtContainer(
          part,
          type.isCollectionLikeType() ? type.getContentType() : type.containedTypeOrUnknown(0));
    } else if (type.isReferenceType()) {
      lookAtReference(part);
    } else if (!type.isPrimitive() && !type.isEnumType() && !JsonNode.class.isAssignableFrom(raw)) {
      lookAtObject(part);
    }
  }

  private void refuseProtobuf(Part part) {
    if (isProtobuf(part.type().getRawClass())) {
      throw refused(
          part,
          "it is a Protobuf message inside a value that is written as JSON; a method must take"
              + " and return one message, which may contain others in repeated fields");
    }
  }

  private void lookAtMap(Part part) {
    JavaType type = part.type();
    JavaType key = type.isMapLikeType() ? type.getKeyType() : type.containedTypeOrUnknown(0);
    JavaType value = type.isMapLikeType() ? type.getContentType() : type.containedTypeOrUnknown(1);
    if (isExact && !JdkTypes.isKey(key.getRawClass())) {
      throw refused(
          part,
          ("keys in JSON are strings, and a %s can't be restored from a string; use a list of"
                  + " entries")
              .formatted(key.toCanonical()));
    }
    lookAtContainer(part, value);
  }

  private void lookAtContainer(Part part, JavaType content) {
    deserializer(part);
    add(content, part.of());
  }

  /**
   * Refuses nested references, because an empty outer and an empty inner one can't be
   * distinguished.
   */
  private void lookAtReference(Part part) {
    JavaType content = part.type().getContentType();
    Class<?> raw = content.getRawClass();
    boolean mayBeNull =
        content.isReferenceType()
            || raw.getName().startsWith("java.util.Optional")
            || JsonNode.class.isAssignableFrom(raw);
    if (isExact && mayBeNull) {
      throw refused(
          part,
          "an empty outer value and an empty inner value can't be distinguished; use only"
              + " one of the two");
    }
    lookAtContainer(part, content);
  }

  private void lookAtObject(Part part) {
    JavaType type = part.type();
    Class<?> raw = type.getRawClass();
    if (isExact && JdkTypes.isJdk(raw)) {
      return;
    }
    TypeDeserializer subtypes = reading.findTypeDeserializer(type);
    if (subtypes != null && addSubtypes(part, subtypes)) {
      return;
    }
    ValueDeserializer<?> deserializer = deserializer(part);
    if (deserializer instanceof UntypedObjectDeserializer) {
      return;
    }
    if (deserializer instanceof AbstractDeserializer) {
      throw refused(part, TypeAdvice.ofAbstract(raw));
    }
    if (deserializer instanceof BeanDeserializerBase bean) {
      lookAtBean(part, bean);
    }
  }

  /** {@return whether the type is a base type whose subtypes are checked in its place} */
  private boolean addSubtypes(Part part, TypeDeserializer subtypes) {
    JavaType type = part.type();
    JsonTypeInfo.Id by = subtypes.getTypeIdResolver().getMechanism();
    if (isExact && (by == JsonTypeInfo.Id.CLASS || by == JsonTypeInfo.Id.MINIMAL_CLASS)) {
      throw refused(
          part,
          "its @JsonTypeInfo lets the peer choose a class by name; use Id.NAME with"
              + " @JsonSubTypes");
    }
    List<JavaType> found = subtypes(type);
    found.forEach(subtype -> add(subtype, part.of()));
    boolean isAbstract = type.isAbstract();
    if (isAbstract && found.isEmpty()) {
      throw refused(part, "its @JsonTypeInfo has no subtypes: name them in @JsonSubTypes");
    }
    return isAbstract;
  }

  private List<JavaType> subtypes(JavaType type) {
    AnnotatedClass annotated = reading.introspectClassAnnotations(type);
    Collection<NamedType> found =
        mapper
            .deserializationConfig()
            .getSubtypeResolver()
            .collectAndResolveSubtypesByTypeId(mapper.deserializationConfig(), annotated);
    List<JavaType> subtypes = new ArrayList<>();
    for (NamedType subtype : found) {
      Class<?> raw = subtype.getType();
      if (!Modifier.isAbstract(raw.getModifiers())
          && raw != type.getRawClass()
          && type.getRawClass().isAssignableFrom(raw)) {
        subtypes.add(mapper.getTypeFactory().constructSpecializedType(type, raw));
      }
    }
    return subtypes;
  }

  private void lookAtBean(Part part, BeanDeserializerBase bean) {
    Class<?> raw = part.type().getRawClass();
    classes.add(raw);
    ValueInstantiator made = bean.getValueInstantiator();
    ValueSerializer<?> serializer = serializer(part);
    if (!made.canInstantiate()) {
      throw refused(part, TypeAdvice.ofUnmade(raw));
    }
    if (serializer instanceof UnknownSerializer && hasFields(raw)) {
      throw refused(
          part, "none of its fields is written: make it a record, or add getters and setters");
    }
    if (!(unwrapped(serializer) instanceof BeanSerializerBase)) {
      return; // it defines its own JSON form
    }
    boolean isFromObject =
        made.canCreateUsingDefault()
            || made.canCreateFromObjectWith()
            || made.canCreateUsingDelegate();
    if (!isFromObject) {
      throw refused(part, TypeAdvice.ofUnmade(raw));
    }
    Set<String> readable = new HashSet<>();
    for (Iterator<SettableBeanProperty> it = bean.properties(); it.hasNext(); ) {
      SettableBeanProperty property = it.next();
      readable.add(property.getName());
      if (mapper
              .deserializationConfig()
              .getAnnotationIntrospector()
              .findDeserializer(mapper.deserializationConfig(), property.getMember())
          == null) {
        add(property.getType(), raw.getName() + "." + property.getName());
      }
    }
    if (isExact && !made.canCreateUsingDelegate() && !bean.hasAnySetter()) {
      checkAllIsRead(part, serializer, readable);
    }
  }

  /**
   * Checks a type that is only written. It need not be created, and no peer chooses its class. It
   * is refused only if it certainly can't be written.
   */
  private void lookAtWritten(Written written) {
    Part part = written.part();
    JavaType type = part.type();
    Class<?> raw = type.getRawClass();
    boolean isWhole = written.isWhole();
    int depth = written.depth() + 1;
    if (isWhole) {
      refuseProtobuf(part);
    }
    if (type.isContainerType() || type.isReferenceType()) {
      // A user's own container may be written in another form.
      boolean isKnown = type.isArrayType() || JdkTypes.isJdk(raw);
      addWritten(type.getContentType(), part.of(), isWhole && isKnown, depth);
    } else if (raw == Iterable.class) {
      addWritten(type.containedTypeOrUnknown(0), part.of(), isWhole, depth);
    } else if (Map.Entry.class.isAssignableFrom(raw)) {
      addWritten(type.containedTypeOrUnknown(1), part.of(), isWhole, depth);
    } else if (isWhole && JdkTypes.isNeverCarried(raw)) {
      throw refused(part, JdkTypes.reason(raw) + "; or exclude it with @JsonIgnore");
    } else if (!JdkTypes.isJdk(raw)
        && !isProtobuf(raw)
        && !type.isEnumType()
        && !JsonNode.class.isAssignableFrom(raw)) {
      if (writing.findTypeSerializer(type) != null) {
        subtypes(type).forEach(subtype -> addWritten(subtype, part.of(), isWhole, depth));
      }
      if (!type.isAbstract()) { // otherwise the JSON contains the type
        lookAtWriting(written);
      }
    }
  }

  /** Adds the parts that the serializer of a type writes. */
  private void lookAtWriting(Written whole) {
    JavaType type = whole.part().type();
    Class<?> raw = type.getRawClass();
    classes.add(raw);
    AnnotatedClass annotated = writing.introspectClassAnnotations(type);
    SerializationConfig config = mapper.serializationConfig();
    AnnotationIntrospector annotations = config.getAnnotationIntrospector();
    if (annotations.findSerializer(config, annotated) != null) {
      return;
    }
    Object converter = annotations.findSerializationConverter(config, annotated);
    if (converter != null) {
      addWritten(
          converted(annotated, converter), raw.getName(), whole.isWhole(), whole.depth() + 1);
      return;
    }
    BeanDescription description = writing.introspectBeanDescription(type, annotated);
    ValueSerializer<?> serializer = unwrapped(serializer(whole.part()));
    if (serializer instanceof JsonValueSerializer) {
      AnnotatedMember value = description.findJsonValueAccessor();
      if (value != null) {
        addMember(whole, value, value.getType(), raw.getName());
      }
    } else if (serializer instanceof BeanSerializerBase bean) {
      bean.properties()
          .forEachRemaining(property -> {
            JavaType declared =
                property instanceof BeanPropertyWriter writer
                        && writer.getSerializationType() != null
                    ? writer.getSerializationType()
                    : property.getType();
            addMember(
                whole, property.getMember(), declared, raw.getName() + "." + property.getName());
          });
      AnnotatedMember any = description.findAnyGetter();
      if (any != null) {
        addMember(whole, any, any.getType(), raw.getName() + "." + any.getName());
      }
    }
  }

  /** Adds the type of a written member, unless the user's own serializer writes it. */
  private void addMember(Written whole, AnnotatedMember member, JavaType type, String of) {
    SerializationConfig config = mapper.serializationConfig();
    AnnotationIntrospector annotations = config.getAnnotationIntrospector();
    if (annotations.findSerializer(config, member) != null
        || annotations.findContentSerializer(config, member) != null) {
      return;
    }
    // An object with an identity may be written as only its id.
    boolean isWhole =
        whole.isWhole()
            && !member.hasAnnotation(JsonIgnoreProperties.class)
            && !member.hasAnnotation(JsonIncludeProperties.class)
            && !member.hasAnnotation(JsonIdentityReference.class)
            && !type.getRawClass().isAnnotationPresent(JsonIdentityReference.class);
    Object converter = annotations.findSerializationConverter(config, member);
    if (converter == null) {
      converter = annotations.findSerializationContentConverter(config, member);
    }
    addWritten(
        converter == null ? type : converted(member, converter), of, isWhole, whole.depth() + 1);
  }

  private JavaType converted(Annotated annotated, Object converter) {
    return writing.converterInstance(annotated, converter).getOutputType(mapper.getTypeFactory());
  }

  /** Refuses a field that is written but not read, because it would arrive empty. */
  private void checkAllIsRead(Part part, ValueSerializer<?> serializer, Set<String> readable) {
    Class<?> raw = part.type().getRawClass();
    Set<String> written = new HashSet<>();
    serializer.properties().forEachRemaining(property -> written.add(property.getName()));
    for (Class<?> each = raw; each != null && each != Object.class; each = each.getSuperclass()) {
      for (Field field : each.getDeclaredFields()) {
        String name = field.getName();
        if (!Modifier.isStatic(field.getModifiers())
            && written.contains(name)
            && !readable.contains(name)) {
          throw refused(
              part,
              "its field '%s' is written but can't be read: add a setter, or a constructor that"
                      .formatted(name)
                  + " takes all fields; or exclude it with @JsonIgnore");
        }
      }
    }
  }

  private static boolean hasFields(Class<?> type) {
    for (Class<?> each = type; each != null && each != Object.class; each = each.getSuperclass()) {
      for (Field field : each.getDeclaredFields()) {
        int is = field.getModifiers();
        if (!Modifier.isStatic(is) && !Modifier.isTransient(is) && !field.isSynthetic()) {
          return true;
        }
      }
    }
    return false;
  }

  private ValueDeserializer<?> deserializer(Part part) {
    try {
      return reading.findNonContextualValueDeserializer(part.type());
    } catch (JacksonException | IllegalArgumentException e) {
      throw refused(part, "Jackson can't read it: " + ExactJson.textOf(e));
    }
  }

  private ValueSerializer<?> serializer(Part part) {
    try {
      return writing.findValueSerializer(part.type());
    } catch (JacksonException | IllegalArgumentException e) {
      throw refused(part, "Jackson can't write it: " + ExactJson.textOf(e));
    }
  }

  private static ValueSerializer<?> unwrapped(ValueSerializer<?> serializer) {
    return serializer instanceof SubclassGuard guard ? guard.getDelegatee() : serializer;
  }

  /** Checks by name without loading the library, which is optional. */
  private static boolean isProtobuf(Class<?> type) {
    for (Class<?> each = type; each != null; each = each.getSuperclass()) {
      if (each.getName().equals("com.google.protobuf.AbstractMessageLite")) {
        return true;
      }
    }
    return type.getName().startsWith("com.google.protobuf.Message");
  }

  private static IllegalArgumentException refused(Part part, String why) {
    String name = part.type().toCanonical();
    return new IllegalArgumentException(
        part.of() == null
            ? "%s can't be sent as JSON: %s".formatted(name, why)
            : "%s, the type of %s, can't be sent as JSON: %s".formatted(name, part.of(), why));
  }
}
