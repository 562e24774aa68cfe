package io.gannet.transport.internal.json;

import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Currency;
import java.util.Date;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.SequencedCollection;
import java.util.Set;
import java.util.TimeZone;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.BaseStream;
import java.util.stream.Stream;

/**
 * The types of the JDK that are supported in JSON, because their values arrive unchanged. All
 * others are refused: their values would lose something, or would be looked up by the receiver.
 */
final class JdkTypes {

  /** Single values, with their subclasses if they are abstract. */
  private static final Set<Class<?>> VALUES =
      Set.of(
          Boolean.class,
          Character.class,
          Byte.class,
          Short.class,
          Integer.class,
          Long.class,
          Float.class,
          Double.class,
          BigInteger.class,
          BigDecimal.class,
          String.class,
          ByteBuffer.class,
          AtomicBoolean.class,
          AtomicInteger.class,
          AtomicLong.class,
          OptionalInt.class,
          OptionalLong.class,
          OptionalDouble.class,
          Instant.class,
          Duration.class,
          Period.class,
          LocalDate.class,
          LocalTime.class,
          LocalDateTime.class,
          OffsetDateTime.class,
          OffsetTime.class,
          ZonedDateTime.class,
          Year.class,
          YearMonth.class,
          MonthDay.class,
          ZoneId.class,
          ZoneOffset.class,
          Date.class,
          TimeZone.class,
          Locale.class,
          Currency.class,
          UUID.class,
          URI.class);

  private static final Set<Class<?>> CONTAINERS =
      Set.of(
          Iterable.class,
          Collection.class,
          SequencedCollection.class,
          List.class,
          ArrayList.class,
          LinkedList.class,
          CopyOnWriteArrayList.class,
          Set.class,
          HashSet.class,
          LinkedHashSet.class,
          EnumSet.class,
          Queue.class,
          Deque.class,
          ArrayDeque.class,
          Map.class,
          HashMap.class,
          LinkedHashMap.class,
          ConcurrentMap.class,
          ConcurrentHashMap.class,
          EnumMap.class,
          Map.Entry.class,
          Optional.class,
          AtomicReference.class);

  /** Keys of maps, beside enums. */
  private static final Set<Class<?>> KEYS =
      Set.of(
          Boolean.class,
          Character.class,
          Byte.class,
          Short.class,
          Integer.class,
          Long.class,
          Float.class,
          Double.class,
          BigInteger.class,
          BigDecimal.class,
          String.class,
          Instant.class,
          Duration.class,
          Period.class,
          LocalDate.class,
          LocalTime.class,
          LocalDateTime.class,
          OffsetDateTime.class,
          OffsetTime.class,
          ZonedDateTime.class,
          Year.class,
          YearMonth.class,
          MonthDay.class,
          ZoneId.class,
          ZoneOffset.class,
          Date.class,
          Currency.class,
          UUID.class,
          URI.class);

  private JdkTypes() {}

  /** {@return whether a class is part of the JDK} */
  static boolean isJdk(Class<?> type) {
    String module = type.getModule().getName();
    return module != null && (module.startsWith("java.") || module.startsWith("jdk."));
  }

  /** {@return whether values of a class, which isn't a container, are refused} */
  static boolean isRefused(Class<?> type) {
    return isJdk(type)
        && !type.isPrimitive()
        && !type.isArray()
        && !type.isEnum()
        && !CONTAINERS.contains(type)
        && VALUES.stream().noneMatch(known -> known.isAssignableFrom(type))
        && !Map.Entry.class.isAssignableFrom(type);
  }

  /**
   * {@return whether all values of a type, which isn't a container, are refused; an abstract type
   * may have classes outside the JDK}
   */
  static boolean isNeverCarried(Class<?> type) {
    return isRefused(type)
        && !Modifier.isAbstract(type.getModifiers())
        && Stream.concat(VALUES.stream(), CONTAINERS.stream()).noneMatch(type::isAssignableFrom);
  }

  /** {@return whether a type may be that of a parameter, a result or a part of one} */
  static boolean isNamed(Class<?> type) {
    return type.isPrimitive()
        || type.isEnum()
        || VALUES.contains(type)
        || CONTAINERS.contains(type);
  }

  /** {@return whether a type may be that of map keys} */
  static boolean isKey(Class<?> type) {
    return type.isEnum() || KEYS.contains(type);
  }

  /** {@return why values of a type are refused and what to do, for messages} */
  static String why(Class<?> type) {
    return "%s can't be sent as JSON: %s".formatted(type.getName(), reason(type));
  }

  /** {@return only the reason} */
  static String reason(Class<?> type) {
    if (type == Object.class) {
      return "the type is not named, and it would arrive as another type; name the type, or use"
          + " tools.jackson.databind.JsonNode";
    }
    if (type == Number.class || type == CharSequence.class) {
      return "it would arrive as another class; name the class";
    }
    if (java.util.SortedMap.class.isAssignableFrom(type)) {
      return "its comparator would be lost; use Map, which keeps the order";
    }
    if (java.util.SortedSet.class.isAssignableFrom(type)) {
      return "its comparator would be lost; use Set or List, which keep the order";
    }
    if (java.util.Map.class.isAssignableFrom(type)) {
      return "take Map";
    }
    if (java.util.Iterator.class.isAssignableFrom(type)
        || BaseStream.class.isAssignableFrom(type)
        || java.util.Enumeration.class.isAssignableFrom(type)) {
      return "it can be read only once; use List, or a stream (RpcStream)";
    }
    if (java.io.InputStream.class.isAssignableFrom(type)
        || java.io.OutputStream.class.isAssignableFrom(type)
        || java.io.Reader.class.isAssignableFrom(type)
        || java.io.Writer.class.isAssignableFrom(type)) {
      return "it exists only in this process; use byte[] or String, or a stream of them"
          + " (RpcStream)";
    }
    if (Collection.class.isAssignableFrom(type)) {
      return "use List, Set or Queue";
    }
    if (Throwable.class.isAssignableFrom(type)) {
      return "an exception can't be a value; throw it, and register its class if the caller needs"
          + " its type";
    }
    if (java.util.Calendar.class.isAssignableFrom(type)
        || type.getName().startsWith("java.sql.")
        || type.getName().startsWith("java.time.")
        || type.getName().startsWith("javax.xml.datatype.")) {
      return "part of it would be lost; use Instant, ZonedDateTime or another type of java.time"
          + " types";
    }
    if (java.util.BitSet.class.isAssignableFrom(type)) {
      return "use long[], from BitSet.toLongArray";
    }
    if (type == Class.class
        || java.io.File.class.isAssignableFrom(type)
        || java.nio.file.Path.class.isAssignableFrom(type)
        || type == java.net.URL.class
        || java.net.InetAddress.class.isAssignableFrom(type)
        || java.net.SocketAddress.class.isAssignableFrom(type)
        || java.nio.charset.Charset.class.isAssignableFrom(type)) {
      return "the receiver would look it up by a name that the peer chooses; use its name as a"
          + " String, and look it up yourself";
    }
    return "it may arrive changed; use a record with the values to send";
  }
}
