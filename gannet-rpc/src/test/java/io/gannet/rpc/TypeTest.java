package io.gannet.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIdentityInfo;
import com.fasterxml.jackson.annotation.JsonIdentityReference;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonIncludeProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.annotation.ObjectIdGenerators;
import com.google.protobuf.StringValue;
import java.io.File;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.Serializable;
import java.io.Writer;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Principal;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
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
import java.util.Arrays;
import java.util.BitSet;
import java.util.Calendar;
import java.util.Collection;
import java.util.Currency;
import java.util.Date;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.IdentityHashMap;
import java.util.Iterator;
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
import java.util.PriorityQueue;
import java.util.Properties;
import java.util.Queue;
import java.util.Random;
import java.util.SequencedCollection;
import java.util.Set;
import java.util.SimpleTimeZone;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.Stack;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.datatype.XMLGregorianCalendar;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.ser.std.StdSerializer;
import tools.jackson.databind.ser.std.ToStringSerializer;
import tools.jackson.databind.util.StdConverter;

/**
 * Which Java types are carried unchanged, and which are refused: the tables of the document are
 * tested here.
 */
@SuppressWarnings({"JavaUtilDate", "JdkObsolete", "NonApiType", "UnusedVariable", "UnusedMethod"})
class TypeTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  // ---------------------------------------------------------------- the document

  /** The code spans in one column of a table of the document. */
  private static List<List<String>> table(String name, int column) throws Exception {
    List<List<String>> rows = new ArrayList<>();
    List<String> lines = Files.readAllLines(Path.of("../docs/rpc.md"));
    int at = lines.indexOf("<!-- types: " + name + " -->");
    assertThat(at).as(name).isNotNegative();
    for (String line : lines.subList(at + 3, lines.size())) {
      if (!line.startsWith("|")) {
        break;
      }
      List<String> spans = new ArrayList<>();
      Matcher matcher = Pattern.compile("`([^`]+)`").matcher(line.split("\\|", -1)[column + 1]);
      while (matcher.find()) {
        spans.add(matcher.group(1));
      }
      rows.add(spans);
    }
    return rows;
  }

  private static Set<String> types(String table) throws Exception {
    Set<String> types = new HashSet<>();
    table(table, 0).forEach(types::addAll);
    types.remove("?");
    return types;
  }

  /** A type in the notation of the document. */
  private static String name(Class<?> type) {
    return type == Map.Entry.class ? "Map.Entry" : type.getSimpleName();
  }

  // ---------------------------------------------------------------- what is carried

  enum Colour {
    RED,
    GREEN;

    @Override
    public String toString() {
      return "a colour";
    }
  }

  /** One type for each method, named like the method. */
  interface Carried {
    boolean aBoolean(boolean value);

    byte aByte(byte value);

    short aShort(short value);

    int anInt(int value);

    long aLong(long value);

    char aChar(char value);

    Boolean boxedBoolean(@Nullable Boolean value);

    Byte boxedByte(@Nullable Byte value);

    Short boxedShort(@Nullable Short value);

    Integer boxedInt(@Nullable Integer value);

    Long boxedLong(@Nullable Long value);

    Character boxedChar(@Nullable Character value);

    float aFloat(float value);

    double aDouble(double value);

    Float boxedFloat(Float value);

    Double boxedDouble(Double value);

    BigInteger bigInteger(BigInteger value);

    BigDecimal bigDecimal(BigDecimal value);

    String string(String value);

    boolean[] booleans(boolean[] value);

    short[] shorts(short[] value);

    int[] ints(int[] value);

    long[] longs(long[] value);

    float[] floats(float[] value);

    double[] doubles(double[] value);

    char[] chars(char[] value);

    String[] strings(String[] value);

    byte[] bytes(byte[] value);

    ByteBuffer buffer(ByteBuffer value);

    Colour colour(Colour value);

    TimeUnit unit(TimeUnit value);

    Optional<String> optional(Optional<String> value);

    OptionalInt optionalInt(OptionalInt value);

    OptionalLong optionalLong(OptionalLong value);

    OptionalDouble optionalDouble(OptionalDouble value);

    AtomicReference<String> reference(AtomicReference<String> value);

    AtomicBoolean atomicBoolean(AtomicBoolean value);

    AtomicInteger atomicInteger(AtomicInteger value);

    AtomicLong atomicLong(AtomicLong value);

    Instant instant(Instant value);

    Duration duration(Duration value);

    Period period(Period value);

    LocalDate localDate(LocalDate value);

    LocalTime localTime(LocalTime value);

    LocalDateTime localDateTime(LocalDateTime value);

    MonthDay monthDay(MonthDay value);

    Month month(Month value);

    DayOfWeek dayOfWeek(DayOfWeek value);

    Year year(Year value);

    YearMonth yearMonth(YearMonth value);

    OffsetDateTime offsetDateTime(OffsetDateTime value);

    OffsetTime offsetTime(OffsetTime value);

    ZonedDateTime zonedDateTime(ZonedDateTime value);

    ZoneId zoneId(ZoneId value);

    ZoneOffset zoneOffset(ZoneOffset value);

    Date date(Date value);

    TimeZone timeZone(TimeZone value);

    Locale locale(Locale value);

    Currency currency(Currency value);

    UUID uuid(UUID value);

    URI uri(URI value);

    Iterable<String> iterable(Iterable<String> value);

    Collection<String> collection(Collection<String> value);

    SequencedCollection<String> sequenced(SequencedCollection<String> value);

    List<ZonedDateTime> list(List<ZonedDateTime> value);

    ArrayList<@Nullable String> arrayList(ArrayList<@Nullable String> value);

    LinkedList<String> linkedList(LinkedList<String> value);

    CopyOnWriteArrayList<String> copyOnWrite(CopyOnWriteArrayList<String> value);

    Queue<String> queue(Queue<String> value);

    Deque<String> deque(Deque<String> value);

    ArrayDeque<String> arrayDeque(ArrayDeque<String> value);

    Set<String> set(Set<String> value);

    LinkedHashSet<String> linkedHashSet(LinkedHashSet<String> value);

    HashSet<String> hashSet(HashSet<String> value);

    EnumSet<Colour> enumSet(EnumSet<Colour> value);

    Map<String, BigDecimal> map(Map<String, BigDecimal> value);

    LinkedHashMap<String, @Nullable String> linkedHashMap(
        LinkedHashMap<String, @Nullable String> value);

    HashMap<String, Colour> hashMap(HashMap<String, Colour> value);

    ConcurrentMap<String, String> concurrentMap(ConcurrentMap<String, String> value);

    ConcurrentHashMap<String, String> concurrentHashMap(ConcurrentHashMap<String, String> value);

    EnumMap<Colour, String> enumMap(EnumMap<Colour, String> value);

    Map.Entry<String, Instant> entry(Map.Entry<String, Instant> value);

    JsonNode tree(JsonNode value);

    Json json(Json value);
  }

  private static Stream<Object> samples(String method) {
    ZoneId berlin = ZoneId.of("Europe/Berlin");
    return switch (method) {
      case "aBoolean" -> Stream.of(true, false);
      case "aByte" -> Stream.of((byte) -128, (byte) 127);
      case "aShort" -> Stream.of(Short.MIN_VALUE, Short.MAX_VALUE);
      case "anInt" -> Stream.of(Integer.MIN_VALUE, Integer.MAX_VALUE);
      case "aLong" -> Stream.of(Long.MIN_VALUE, Long.MAX_VALUE, (1L << 53) + 1);
      case "aChar" -> Stream.of('x', '\0', '\ud800', '"', ' ');
      case "boxedBoolean" -> Stream.of(true, NULL);
      case "boxedByte" -> Stream.of((byte) 1, NULL);
      case "boxedShort" -> Stream.of((short) 1, NULL);
      case "boxedInt" -> Stream.of(1, NULL);
      case "boxedLong" -> Stream.of(1L, NULL);
      case "boxedChar" -> Stream.of(' ', NULL);
      case "aFloat", "boxedFloat" ->
          Stream.of(
              0.1f, -0f, Float.NaN, Float.POSITIVE_INFINITY, Float.MIN_VALUE, Float.MAX_VALUE);
      case "aDouble", "boxedDouble" ->
          Stream.of(
              0.1, -0.0, Double.NaN, Double.NEGATIVE_INFINITY, Double.MIN_VALUE, Double.MAX_VALUE);
      case "bigInteger" -> Stream.of(BigInteger.TEN.pow(999), BigInteger.ZERO);
      case "bigDecimal" ->
          Stream.of("1.00", "1.0", "1E+3", "0E-10", "1E-400", "1E+1000000").map(BigDecimal::new);
      case "string" ->
          Stream.of("", " ", "\ud800", "\udc00\ud800", "a\ud83d\ude00\0\u2028\"\\", NULL);
      case "booleans" -> Stream.of(new boolean[] {true, false});
      case "shorts" -> Stream.of(new short[] {-1});
      case "ints" -> Stream.of(new int[] {1, -1}, new int[0], NULL);
      case "longs" -> Stream.of(new long[] {Long.MAX_VALUE});
      case "floats" -> Stream.of(new float[] {Float.NaN, -0f, Float.NEGATIVE_INFINITY});
      case "doubles" -> Stream.of(new double[] {Double.NaN, -0.0, Double.POSITIVE_INFINITY});
      case "chars" -> Stream.of(new char[] {'\ud800', 'a'}, new char[0]);
      case "strings" -> Stream.of((Object) new String[] {"a", null});
      case "bytes" -> Stream.of(new byte[] {-1, 0, 1}, new byte[0]);
      case "buffer" -> Stream.of(ByteBuffer.wrap(new byte[] {1, 2, 3}, 1, 2));
      case "colour" -> Stream.of(Colour.RED, Colour.GREEN, NULL);
      case "unit" -> Stream.of(TimeUnit.DAYS);
      case "optional" -> Stream.of(Optional.of("x"), Optional.of(""), Optional.empty());
      case "optionalInt" -> Stream.of(OptionalInt.of(0), OptionalInt.empty());
      case "optionalLong" -> Stream.of(OptionalLong.of(0), OptionalLong.empty());
      case "optionalDouble" ->
          Stream.of(OptionalDouble.of(-0.0), OptionalDouble.of(Double.NaN), OptionalDouble.empty());
      case "reference" -> Stream.of(new AtomicReference<>("x"), new AtomicReference<>());
      case "atomicBoolean" -> Stream.of(new AtomicBoolean(true));
      case "atomicInteger" -> Stream.of(new AtomicInteger(-1));
      case "atomicLong" -> Stream.of(new AtomicLong(Long.MIN_VALUE));
      case "instant" ->
          Stream.of(Instant.MIN, Instant.MAX, Instant.ofEpochSecond(1, 1), Instant.EPOCH);
      case "duration" ->
          Stream.of(
              Duration.ofSeconds(Long.MAX_VALUE, 999_999_999),
              Duration.ofSeconds(Long.MIN_VALUE),
              Duration.ofNanos(-1),
              Duration.ZERO);
      case "period" -> Stream.of(Period.of(1, -2, 400), Period.ZERO);
      case "localDate" -> Stream.of(LocalDate.MIN, LocalDate.MAX, LocalDate.of(2024, 2, 29));
      case "localTime" -> Stream.of(LocalTime.MIN, LocalTime.MAX);
      case "localDateTime" -> Stream.of(LocalDateTime.MIN, LocalDateTime.MAX);
      case "monthDay" -> Stream.of(MonthDay.of(2, 29));
      case "month" -> Arrays.stream(Month.values());
      case "dayOfWeek" -> Arrays.stream(DayOfWeek.values());
      case "year" -> Stream.of(Year.of(Year.MIN_VALUE), Year.of(2026), Year.of(Year.MAX_VALUE));
      case "yearMonth" -> Stream.of(YearMonth.of(-5, 1), YearMonth.of(Year.MAX_VALUE, 12));
      case "offsetDateTime" ->
          Stream.of(
              OffsetDateTime.MIN,
              OffsetDateTime.MAX,
              OffsetDateTime.parse("2026-01-01T00:00:00.1+05:30"),
              OffsetDateTime.parse("2026-01-01T00:00:00+00:00:01"));
      case "offsetTime" -> Stream.of(OffsetTime.MIN, OffsetTime.MAX);
      case "zonedDateTime" -> {
        LocalDateTime twice = LocalDateTime.of(2026, 10, 25, 2, 30);
        yield Stream.of(
            ZonedDateTime.ofLocal(twice, berlin, ZoneOffset.ofHours(1)),
            ZonedDateTime.ofLocal(twice, berlin, ZoneOffset.ofHours(2)),
            twice.atZone(ZoneOffset.UTC),
            twice.atZone(ZoneId.of("UTC")),
            twice.atZone(ZoneId.of("GMT+1")));
      }
      case "zoneId" -> Stream.of(berlin, ZoneOffset.UTC, ZoneId.of("UTC+5"));
      case "zoneOffset" -> Stream.of(ZoneOffset.UTC, ZoneOffset.ofHoursMinutesSeconds(1, 2, 3));
      case "date" -> Stream.of(new Date(5), new Date(Long.MAX_VALUE));
      case "timeZone" -> Stream.of(TimeZone.getTimeZone("Asia/Tokyo"));
      case "locale" ->
          Stream.of(Locale.ROOT, Locale.of("ja", "JP", "JP"), Locale.of("", "CH"))
              .map(Object.class::cast);
      case "currency" -> Stream.of(Currency.getInstance("EUR"));
      case "uuid" -> Stream.of(new UUID(1, -1));
      case "uri" -> Stream.of("", "http://a/b%20c?d#e", "urn:x").map(URI::create);
      case "iterable", "collection", "sequenced" -> Stream.of(List.of("b", "a", "b"));
      case "list" ->
          Stream.of(List.of(ZonedDateTime.of(LocalDateTime.MIN.plusDays(2), berlin)), List.of());
      case "arrayList" -> Stream.of(new ArrayList<>(Arrays.asList("b", null)));
      case "linkedList" -> Stream.of(new LinkedList<>(List.of("b", "a")));
      case "copyOnWrite" -> Stream.of(new CopyOnWriteArrayList<>(List.of("b", "a")));
      case "queue", "deque", "arrayDeque" -> Stream.of(new ArrayDeque<>(List.of("b", "a", "b")));
      case "set" ->
          Stream.of(
              new LinkedHashSet<>(List.of("c", "a", "d", "b")),
              new TreeSet<>(List.of("b", "a")).descendingSet());
      case "linkedHashSet" -> Stream.of(new LinkedHashSet<>(List.of("c", "a", "d", "b")));
      case "hashSet" -> Stream.of(new HashSet<>(List.of("c", "a", "d", "b")));
      case "enumSet" -> Stream.of(EnumSet.of(Colour.GREEN), EnumSet.noneOf(Colour.class));
      case "map" -> {
        Map<String, BigDecimal> unsorted = new LinkedHashMap<>();
        unsorted.put("b", new BigDecimal("1.10"));
        unsorted.put("", new BigDecimal("1.1"));
        unsorted.put("a", BigDecimal.ONE);
        Map<String, BigDecimal> upper = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        upper.putAll(unsorted);
        yield Stream.of(unsorted, upper);
      }
      case "linkedHashMap" -> {
        Map<String, @Nullable String> withNull = new LinkedHashMap<>();
        withNull.put("b", null);
        withNull.put("a", "x");
        yield Stream.of(withNull);
      }
      case "hashMap" -> Stream.of(new HashMap<>(Map.of("a", Colour.RED)));
      case "concurrentMap", "concurrentHashMap" ->
          Stream.of(new ConcurrentHashMap<>(Map.of("a", "b")));
      case "enumMap" -> Stream.of(new EnumMap<>(Map.of(Colour.RED, "x")));
      case "entry" -> Stream.of(Map.entry("a", Instant.EPOCH));
      case "tree" ->
          Stream.of("{\"a\":[1.00,1E+400,0.12345678901234567890123,null,\"x\"]}", "null", "1")
              .map(JsonMapper.builder().build()::readTree)
              .map(TypeTest::exactly);
      case "json" -> Stream.of(new Json("{\"a\":1.00}"));
      default -> throw new AssertionError(method);
    };
  }

  /** Stands for null in a stream of samples. */
  private static final Object NULL = new Object();

  /** The test's own mapper would lose digits when it reads the tree. */
  private static JsonNode exactly(JsonNode tree) {
    return tree.isObject()
        ? JsonNodeFactory.instance
            .objectNode()
            .set(
                "a",
                JsonNodeFactory.instance
                    .arrayNode()
                    .add(new BigDecimal("1.00"))
                    .add(new BigDecimal("1E+400"))
                    .add(new BigDecimal("0.12345678901234567890123"))
                    .addNull()
                    .add("x"))
        : tree;
  }

  /** Returns its argument. */
  private static <T> T echo(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(), new Class<?>[] {type}, (proxy, method, values) -> values[0]));
  }

  /** Returns an object that is equal if the values are, in order. */
  private static @Nullable Object comparable(@Nullable Object value) {
    return switch (value) {
      case AtomicBoolean it -> it.get();
      case AtomicInteger it -> it.get();
      case AtomicLong it -> it.get();
      case AtomicReference<?> it -> String.valueOf(it.get());
      case HashSet<?> it when !(it instanceof LinkedHashSet) -> it;
      case Collection<?> it -> new ArrayList<>(it);
      case LinkedHashMap<?, ?> it -> new ArrayList<>(it.entrySet());
      case TreeMap<?, ?> it -> new ArrayList<>(it.entrySet());
      case null, default -> value;
    };
  }

  @Test
  @SuppressWarnings("ReferenceEquality") // NULL stands for null
  void documentedTypesArriveUnchanged() throws Exception {
    Carried carried = fixture.proxy(Carried.class, echo(Carried.class));
    Set<String> tried = new HashSet<>();
    for (Method method : Carried.class.getDeclaredMethods()) {
      for (Object sample : samples(method.getName()).toList()) {
        Object value = sample == NULL ? null : sample;
        Object arrived = method.invoke(carried, value);
        assertThat(comparable(arrived)).as(method.getName()).isEqualTo(comparable(value));
      }
      tried.add(name(method.getReturnType()));
    }
    tried.removeAll(Set.of("Colour", "TimeUnit"));
    assertThat(types("carried")).isEqualTo(tried);
  }

  interface Keys {
    Map<Colour, Integer> colours(Map<Colour, Integer> map);

    Map<String, Integer> strings(Map<String, Integer> map);

    Map<Character, Integer> chars(Map<Character, Integer> map);

    Map<Boolean, Integer> booleans(Map<Boolean, Integer> map);

    Map<Byte, Integer> bytes(Map<Byte, Integer> map);

    Map<Short, Integer> shorts(Map<Short, Integer> map);

    Map<Integer, Integer> ints(Map<Integer, Integer> map);

    Map<Long, Integer> longs(Map<Long, Integer> map);

    Map<Float, Integer> floats(Map<Float, Integer> map);

    Map<Double, Integer> doubles(Map<Double, Integer> map);

    Map<BigInteger, Integer> bigIntegers(Map<BigInteger, Integer> map);

    Map<BigDecimal, Integer> bigDecimals(Map<BigDecimal, Integer> map);

    Map<UUID, Integer> uuids(Map<UUID, Integer> map);

    Map<URI, Integer> uris(Map<URI, Integer> map);

    Map<Currency, Integer> currencies(Map<Currency, Integer> map);

    Map<Instant, Integer> instants(Map<Instant, Integer> map);

    Map<Duration, Integer> durations(Map<Duration, Integer> map);

    Map<Period, Integer> periods(Map<Period, Integer> map);

    Map<LocalDate, Integer> localDates(Map<LocalDate, Integer> map);

    Map<LocalTime, Integer> localTimes(Map<LocalTime, Integer> map);

    Map<LocalDateTime, Integer> localDateTimes(Map<LocalDateTime, Integer> map);

    Map<MonthDay, Integer> monthDays(Map<MonthDay, Integer> map);

    Map<Year, Integer> years(Map<Year, Integer> map);

    Map<YearMonth, Integer> yearMonths(Map<YearMonth, Integer> map);

    Map<OffsetDateTime, Integer> offsetDateTimes(Map<OffsetDateTime, Integer> map);

    Map<OffsetTime, Integer> offsetTimes(Map<OffsetTime, Integer> map);

    Map<ZonedDateTime, Integer> zonedDateTimes(Map<ZonedDateTime, Integer> map);

    Map<ZoneId, Integer> zoneIds(Map<ZoneId, Integer> map);

    Map<ZoneOffset, Integer> zoneOffsets(Map<ZoneOffset, Integer> map);

    Map<Date, Integer> dates(Map<Date, Integer> map);
  }

  private static List<Object> keys(String method) {
    LocalDateTime time = LocalDateTime.of(2026, 10, 25, 2, 30, 0, 1);
    ZoneId berlin = ZoneId.of("Europe/Berlin");
    return switch (method) {
      case "colours" -> List.of(Colour.GREEN, Colour.RED);
      case "strings" -> List.of("", " ", "ä\0");
      case "chars" -> List.of('x', ' ');
      case "booleans" -> List.of(true, false);
      case "bytes" -> List.of((byte) -1);
      case "shorts" -> List.of((short) -1);
      case "ints" -> List.of(-1);
      case "longs" -> List.of(Long.MAX_VALUE);
      case "floats" -> List.of(0.1f, Float.NaN, -0f);
      case "doubles" -> List.of(0.1, Double.NaN, -0.0);
      case "bigIntegers" -> List.of(BigInteger.TEN.pow(50));
      case "bigDecimals" -> List.of(new BigDecimal("1.00"), new BigDecimal("1.0"));
      case "uuids" -> List.of(new UUID(1, -1));
      case "uris" -> List.of(URI.create("http://a/b%20c"));
      case "currencies" -> List.of(Currency.getInstance("EUR"));
      case "instants" -> List.of(Instant.MAX, Instant.EPOCH);
      case "durations" -> List.of(Duration.ofNanos(1));
      case "periods" -> List.of(Period.of(1, 2, 3));
      case "localDates" -> List.of(LocalDate.MIN);
      case "localTimes" -> List.of(LocalTime.MAX);
      case "localDateTimes" -> List.of(LocalDateTime.MAX);
      case "monthDays" -> List.of(MonthDay.of(2, 29));
      case "years" -> List.of(Year.of(12345));
      case "yearMonths" -> List.of(YearMonth.of(2026, 1));
      case "offsetDateTimes" -> List.of(time.atOffset(ZoneOffset.ofHours(5)));
      case "offsetTimes" -> List.of(OffsetTime.MAX);
      case "zonedDateTimes" ->
          List.of(
              ZonedDateTime.ofLocal(time, berlin, ZoneOffset.ofHours(1)),
              ZonedDateTime.ofLocal(time, berlin, ZoneOffset.ofHours(2)));
      case "zoneIds" -> List.of(berlin);
      case "zoneOffsets" -> List.of(ZoneOffset.ofHours(1));
      case "dates" -> List.of(new Date(5));
      default -> throw new AssertionError(method);
    };
  }

  @Test
  void documentedKeyTypesArriveInOrder() throws Exception {
    Keys remote = fixture.proxy(Keys.class, echo(Keys.class));
    Set<String> tried = new HashSet<>();
    for (Method method : Keys.class.getDeclaredMethods()) {
      Map<Object, Integer> map = new LinkedHashMap<>();
      for (Object key : keys(method.getName())) {
        map.put(key, map.size());
      }
      Map<?, ?> arrived = (Map<?, ?>) method.invoke(remote, map);
      assertThat(new ArrayList<>(arrived.entrySet()))
          .as(method.getName())
          .isEqualTo(new ArrayList<>(map.entrySet()));
      tried.add(map.keySet().iterator().next().getClass().getSimpleName());
    }
    tried.remove("Colour");
    tried.remove("ZoneRegion");
    tried.add("ZoneId");
    assertThat(types("keys")).isEqualTo(tried);
  }

  // ---------------------------------------------------------------- what isn't

  interface Callback {
    void done(String what);
  }

  interface Takes<T> {
    void take(T value);
  }

  /** An interface for each type that is refused. */
  @SuppressWarnings("unused")
  static final class Refused {
    interface Takes1 extends Takes<Object> {}

    interface Takes2 extends Takes<Number> {}

    interface Takes3 extends Takes<CharSequence> {}

    interface Takes4 extends Takes<Serializable> {}

    interface Takes5 extends Takes<Comparable<String>> {}

    interface Takes6 extends Takes<SortedMap<String, String>> {}

    interface Takes7 extends Takes<TreeMap<String, String>> {}

    interface Takes8 extends Takes<SortedSet<String>> {}

    interface Takes9 extends Takes<TreeSet<String>> {}

    interface Takes10 extends Takes<PriorityQueue<String>> {}

    interface Takes11 extends Takes<ConcurrentSkipListMap<String, String>> {}

    interface Takes12 extends Takes<Iterator<String>> {}

    interface Takes13 extends Takes<Stream<String>> {}

    interface Takes14 extends Takes<IntStream> {}

    interface Takes15 extends Takes<Enumeration<String>> {}

    interface Takes16 extends Takes<InputStream> {}

    interface Takes17 extends Takes<OutputStream> {}

    interface Takes18 extends Takes<Reader> {}

    interface Takes19 extends Takes<Writer> {}

    interface Takes20 extends Takes<File> {}

    interface Takes21 extends Takes<Path> {}

    interface Takes22 extends Takes<URL> {}

    interface Takes23 extends Takes<Class<?>> {}

    interface Takes24 extends Takes<InetAddress> {}

    interface Takes25 extends Takes<InetSocketAddress> {}

    interface Takes26 extends Takes<Charset> {}

    interface Takes27 extends Takes<Calendar> {}

    interface Takes28 extends Takes<Timestamp> {}

    interface Takes29 extends Takes<Time> {}

    interface Takes30 extends Takes<Clock> {}

    interface Takes31 extends Takes<XMLGregorianCalendar> {}

    interface Takes32 extends Takes<BitSet> {}

    interface Takes33 extends Takes<Exception> {}

    interface Takes34 extends Takes<Throwable> {}

    interface Takes35 extends Takes<StackTraceElement> {}

    interface Takes36 extends Takes<Runnable> {}

    interface Takes37 extends Takes<Function<String, String>> {}

    interface Takes38 extends Takes<Future<String>> {}

    interface Takes39 extends Takes<CompletionStage<String>> {}

    interface Takes40 extends Takes<Pattern> {}

    interface Takes41 extends Takes<StringBuilder> {}

    interface Takes42 extends Takes<Properties> {}

    interface Takes43 extends Takes<Hashtable<String, String>> {}

    interface Takes44 extends Takes<Stack<String>> {}

    interface Takes45 extends Takes<IdentityHashMap<String, String>> {}

    interface Takes46 extends Takes<AtomicIntegerArray> {}

    interface Takes47 extends Takes<Thread> {}

    interface Takes48 extends Takes<Random> {}

    interface Takes49 extends Takes<Void> {}
  }

  @Test
  void documentedExclusionsAreRefusedByBothSidesBeforeAnyCall() throws Exception {
    RpcServerBuilder builder = fixture.server().service(Carried.class, echo(Carried.class));
    RpcServer server = fixture.start(builder);
    RpcClient client = fixture.start(fixture.client(server));
    Set<String> tried = new HashSet<>();
    for (Class<?> type : Refused.class.getDeclaredClasses()) {
      Type argument =
          ((ParameterizedType) type.getGenericInterfaces()[0]).getActualTypeArguments()[0];
      Class<?> raw =
          (Class<?>) (argument instanceof ParameterizedType of ? of.getRawType() : argument);
      assertThatThrownBy(() -> client.proxy(type))
          .as(raw.getName())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Takes.take(")
          .hasMessageContaining(raw.getName())
          .hasMessageContaining("can't be sent");
      assertThatThrownBy(() -> offer(type)).hasMessageContaining(raw.getName());
      tried.add(name(raw));
    }
    assertThat(types("refused")).containsAll(tried);
    Set<String> advice = types("refused");
    advice.removeAll(tried);
    assertThat(advice).isEmpty();
  }

  private <T> void offer(Class<T> type) {
    fixture.server().service(type, echo(type));
  }

  record Part(String name, List<File> files) {}

  interface TakesParts {
    void take(Map<String, Optional<Part>> parts);
  }

  interface TakesCallback {
    void take(Callback callback);
  }

  interface GivesMessages {
    List<StringValue> give();
  }

  interface TakesOptionals {
    void take(Optional<OptionalInt> value);
  }

  interface TakesStrangeKeys {
    void take(Map<Part, String> value);
  }

  interface GivesRaw {
    List<?> give();
  }

  @Test
  void problemsAreFoundInAllPartsAndReported() {
    assertThatThrownBy(() -> offer(TakesParts.class))
        .hasMessageContaining("TakesParts.take(")
        .hasMessageContaining("java.io.File, the type of " + Part.class.getName() + ".files")
        .hasMessageContaining("by a name that the peer chooses");
    assertThatThrownBy(() -> offer(TakesCallback.class))
        .hasMessageContaining(Callback.class.getName())
        .hasMessageContaining("offer it as a service of the caller");
    assertThatThrownBy(() -> offer(GivesMessages.class))
        .hasMessageContaining(StringValue.class.getName())
        .hasMessageContaining("repeated fields");
    assertThatThrownBy(() -> offer(TakesOptionals.class))
        .hasMessageContaining("can't be distinguished");
    assertThatThrownBy(() -> offer(TakesStrangeKeys.class))
        .hasMessageContaining("use a list of entries");
    assertThatThrownBy(() -> offer(GivesRaw.class)).hasMessageContaining("JsonNode");
  }

  // ---------------------------------------------------------------- classes

  /** As an IDE makes it. */
  public static class Bean {
    private int number;
    private @Nullable String text;

    public int getNumber() {
      return number;
    }

    public void setNumber(int number) {
      this.number = number;
    }

    public @Nullable String getText() {
      return text;
    }

    public void setText(@Nullable String text) {
      this.text = text;
    }
  }

  public static class LargerBean extends Bean {
    private int more = 5;

    public int getMore() {
      return more;
    }

    public void setMore(int more) {
      this.more = more;
    }
  }

  /** Its parameters have names only with {@code -parameters}, with which the tests are compiled. */
  public static final class AllArguments {
    private final int number;
    private final String text;

    public AllArguments(int number, String text) {
      this.number = number;
      this.text = text;
    }

    public int getNumber() {
      return number;
    }

    public String getText() {
      return text;
    }
  }

  public static final class Created {
    private final int number;

    @JsonCreator
    Created(@JsonProperty("number") int number) {
      this.number = number;
    }

    public int getNumber() {
      return number;
    }
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
  @JsonSubTypes({@JsonSubTypes.Type(Circle.class), @JsonSubTypes.Type(Square.class)})
  interface Shape {}

  record Circle(double radius) implements Shape {}

  record Square(ZonedDateTime side) implements Shape {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
  sealed interface Sealed {}

  record One(int one) implements Sealed {}

  record Two(int two) implements Sealed {}

  interface Classes {
    Bean bean(Bean bean);

    AllArguments all(AllArguments all);

    Created created(Created created);

    List<Shape> shapes(List<Shape> shapes);

    Sealed sealed(Sealed value);
  }

  @Test
  void classesArriveWithAllFieldsAndOnlyRegisteredSubclasses() {
    Classes classes = fixture.proxy(Classes.class, echo(Classes.class));
    Bean bean = new Bean();
    bean.setNumber(1);
    bean.setText("x");
    assertThat(classes.bean(bean)).usingRecursiveComparison().isEqualTo(bean);
    assertThatThrownBy(() -> classes.bean(new LargerBean()))
        .isInstanceOf(RpcException.class)
        .hasMessageContaining("LargerBean")
        .hasMessageContaining("without its own fields");
    AllArguments all = new AllArguments(1, "x");
    assertThat(classes.all(all)).usingRecursiveComparison().isEqualTo(all);
    Created created = new Created(1);
    assertThat(classes.created(created)).usingRecursiveComparison().isEqualTo(created);
    ZonedDateTime now = ZonedDateTime.now(ZoneId.of("Asia/Tokyo"));
    List<Shape> shapes = List.of(new Circle(-0.0), new Square(now));
    assertThat(classes.shapes(shapes)).isEqualTo(shapes);
    assertThat(classes.sealed(new Two(2))).isEqualTo(new Two(2));
  }

  interface NoSubtypes {}

  abstract static class Abstract {
    public int number;
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
  interface ByClass {}

  record Named(int number) implements ByClass {}

  public static final class HalfRead {
    private final int number;

    public HalfRead() {
      number = 0;
    }

    public int getNumber() {
      return number;
    }
  }

  public static final class Hidden {
    private int number = 5;

    int number() {
      return number;
    }
  }

  /** The names of its parameters are unknown. */
  public static final class Unmade {
    private final int number;

    private Unmade(int number) {
      this.number = number;
    }

    static Unmade of(int number) {
      return new Unmade(number);
    }

    public int getNumber() {
      return number;
    }
  }

  interface TakesNoSubtypes extends Takes<NoSubtypes> {}

  interface TakesAbstract extends Takes<Abstract> {}

  interface TakesByClass extends Takes<ByClass> {}

  interface TakesHalfRead extends Takes<HalfRead> {}

  interface TakesHidden extends Takes<Hidden> {}

  interface TakesUnmade extends Takes<Unmade> {}

  @Test
  void classesThatCannotBeReadAreRefusedWithAdvice() {
    assertThatThrownBy(() -> offer(TakesNoSubtypes.class)).hasMessageContaining("@JsonSubTypes");
    assertThatThrownBy(() -> offer(TakesAbstract.class)).hasMessageContaining("@JsonSubTypes");
    assertThatThrownBy(() -> offer(TakesByClass.class)).hasMessageContaining("Id.NAME");
    assertThatThrownBy(() -> offer(TakesHalfRead.class)).hasMessageContaining("field 'number'");
    assertThatThrownBy(() -> offer(TakesHidden.class)).hasMessageContaining("none of its fields");
    assertThatThrownBy(() -> offer(TakesUnmade.class)).hasMessageContaining("-parameters");
  }

  public static class Extra {
    public int size = 3;

    public Deep getDeep() {
      return new Deep();
    }
  }

  public static class Deep {
    public int depth = 4;
  }

  /** Its computed property is written, but not read. */
  public static class Computed {
    public int number;

    public List<Extra> getExtras() {
      return List.of(new Extra());
    }
  }

  public static class Wrapper {
    private final Extra extra;

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public Wrapper(Extra extra) {
      this.extra = extra;
    }

    @JsonValue
    public Extra extra() {
      return extra;
    }
  }

  public static class Open {
    private final Map<String, Extra> more = new TreeMap<>();

    @JsonAnyGetter
    public Map<String, Extra> more() {
      return more;
    }

    @JsonAnySetter
    public void put(String name, Extra extra) {
      more.put(name, extra);
    }
  }

  public static class Converted {
    public int number;

    @JsonSerialize(converter = ToExtra.class)
    public String getText() {
      return "x";
    }
  }

  public static final class ToExtra extends StdConverter<String, Extra> {
    @Override
    public Extra convert(String value) {
      return new Extra();
    }
  }

  interface Written {
    Computed computed(Computed value);

    Wrapper wrapper(Wrapper value);

    Open open(Open value);

    Converted converted(Converted value);
  }

  @Test
  void classesThatAreOnlyWrittenAreWritten() {
    Written written = fixture.proxy(Written.class, echo(Written.class));
    Computed computed = new Computed();
    computed.number = 5;
    assertThat(written.computed(computed).number).isEqualTo(5);
    Extra extra = new Extra();
    extra.size = 6;
    assertThat(written.wrapper(new Wrapper(extra)).extra().size).isEqualTo(6);
    Open open = new Open();
    open.put("x", extra);
    assertThat(written.open(open).more().get("x").size).isEqualTo(6);
    assertThat(written.converted(new Converted()).number).isZero();
  }

  public static class ComputesFile {
    public int number;

    public List<File> getFiles() {
      return List.of();
    }
  }

  public static class ComputesDeeply {
    public int number;

    public ComputesFile getFile() {
      return new ComputesFile();
    }
  }

  public static class IsFile {
    @JsonCreator
    public static IsFile of(String name) {
      return new IsFile();
    }

    @JsonValue
    public File file() {
      return new File("x");
    }
  }

  public static class HasFiles {
    @JsonAnyGetter
    public Map<String, File> files() {
      return Map.of();
    }
  }

  public static class ComputesFailure {
    public int number;

    public Exception getFailure() {
      return new IllegalStateException();
    }
  }

  /** Its computed property may have a value of a supported type. */
  public static class ComputesAnything {
    public int number;

    public Object getAnything() {
      return number;
    }

    public Number getDouble() {
      return 2 * number;
    }

    @JsonSerialize(using = ToStringSerializer.class)
    public File getFile() {
      return new File("x");
    }

    @JsonIgnore
    public Thread getThread() {
      return Thread.currentThread();
    }
  }

  interface TakesComputedFile extends Takes<ComputesFile> {}

  interface TakesDeeplyComputed extends Takes<ComputesDeeply> {}

  interface TakesIsFile extends Takes<IsFile> {}

  interface TakesHasFiles extends Takes<HasFiles> {}

  interface TakesFailure extends Takes<ComputesFailure> {}

  interface TakesAnything extends Takes<ComputesAnything> {}

  @Test
  void unwritableTypesAreFoundEvenIfNothingIsRead() {
    String file = ComputesFile.class.getName() + ".files";
    assertThatThrownBy(() -> offer(TakesComputedFile.class))
        .hasMessageContaining("java.io.File, the type of " + file);
    assertThatThrownBy(() -> offer(TakesDeeplyComputed.class))
        .hasMessageContaining("java.io.File, the type of " + file);
    assertThatThrownBy(() -> offer(TakesIsFile.class)).hasMessageContaining("java.io.File");
    assertThatThrownBy(() -> offer(TakesHasFiles.class)).hasMessageContaining("java.io.File");
    assertThatThrownBy(() -> offer(TakesFailure.class))
        .hasMessageContaining("an exception can't be a value");
    TakesAnything anything = fixture.proxy(TakesAnything.class, value -> {});
    anything.take(new ComputesAnything());
  }

  public static class HasFile {
    public int size = 3;

    public File getFile() {
      return new File("x");
    }
  }

  /** The file is written for none of these. */
  public static class WithoutFile {
    @JsonIgnoreProperties("file")
    public HasFile ignored = new HasFile();

    @JsonIncludeProperties("size")
    public List<HasFile> included = List.of(new HasFile());

    @JsonIgnoreProperties("file")
    public HasFile getComputed() {
      return new HasFile();
    }
  }

  interface TakesWithoutFile extends Takes<WithoutFile> {}

  interface TakesHasFile extends Takes<HasFile> {}

  /** The same class is written both with its file and without. */
  public static class WithAndWithoutFile {
    public WithoutFile without = new WithoutFile();

    public HasFile with = new HasFile();
  }

  interface TakesWithAndWithoutFile extends Takes<WithAndWithoutFile> {}

  @Test
  void ignoredPropertiesNeedNotBeWritable() {
    AtomicReference<WithoutFile> taken = new AtomicReference<>();
    fixture.proxy(TakesWithoutFile.class, taken::set).take(new WithoutFile());
    assertThat(taken.get().included.getFirst().size).isEqualTo(3);
    assertThatThrownBy(() -> offer(TakesHasFile.class)).hasMessageContaining("java.io.File");
    assertThatThrownBy(() -> offer(TakesWithAndWithoutFile.class))
        .hasMessageContaining("java.io.File");
  }

  public static final class FileName extends StdConverter<File, Extra> {
    @Override
    public Extra convert(File value) {
      return new Extra();
    }
  }

  public static final class FileKey extends StdSerializer<File> {
    public FileKey() {
      super(File.class);
    }

    @Override
    public void serialize(File value, JsonGenerator out, SerializationContext context) {
      out.writeName(value.getName());
    }
  }

  @JsonSerialize(using = ToStringSerializer.class)
  public static class TextFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** A property that another serializer writes as text. */
  public static class ComputesTexts {
    public int number;

    @JsonSerialize(contentUsing = ToStringSerializer.class)
    public List<File> getTexts() {
      return List.of(new File("x"));
    }

    @JsonSerialize(contentConverter = FileName.class)
    public List<File> getExtras() {
      return List.of(new File("x"));
    }

    @JsonSerialize(keyUsing = FileKey.class, contentUsing = ToStringSerializer.class)
    public Map<File, File> getKeys() {
      return Map.of(new File("x"), new File("y"));
    }

    public TextFailure getFailure() {
      return new TextFailure();
    }
  }

  interface TakesTexts extends Takes<ComputesTexts> {}

  @Test
  void propertiesWithACustomSerializerAreWritten() {
    fixture.proxy(TakesTexts.class, value -> {}).take(new ComputesTexts());
  }

  record Owner(String name) implements Principal {
    @Override
    public String getName() {
      return name;
    }
  }

  /** Records that implement a type that isn't carried itself. */
  public static class ComputesOwner {
    public int number;

    public Principal getOwner() {
      return new Owner("x");
    }
  }

  interface TakesOwner extends Takes<ComputesOwner> {}

  @Test
  void anInterfaceOfTheJdkIsWrittenLikeItsImplementation() {
    fixture.proxy(TakesOwner.class, value -> {}).take(new ComputesOwner());
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
  interface Unlisted {}

  record Implementation(int number) implements Unlisted {}

  /** A property that is only written must not let a peer choose a class. */
  public static class ComputesNamed {
    public int number;

    public ByClass getByClass() {
      return new Named(1);
    }

    public Unlisted getUnlisted() {
      return new Implementation(2);
    }
  }

  interface TakesComputedNames extends Takes<ComputesNamed> {}

  @Test
  void subclassesThatAreOnlyWrittenNeedNotBeRegistered() {
    fixture.proxy(TakesComputedNames.class, value -> {}).take(new ComputesNamed());
  }

  @JsonIdentityInfo(generator = ObjectIdGenerators.PropertyGenerator.class, property = "id")
  public static class Identified {
    public int id = 1;

    public File getFile() {
      return new File("x");
    }
  }

  /** Only a number of its computed properties is written. */
  public static class ComputesIdentity {
    public int number;

    @JsonIdentityReference(alwaysAsId = true)
    public Identified getIdentified() {
      return new Identified();
    }
  }

  interface TakesIdentity extends Takes<ComputesIdentity> {}

  @Test
  void objectsWrittenAsTheirIdentityNeedNotBeWritable() {
    fixture.proxy(TakesIdentity.class, value -> {}).take(new ComputesIdentity());
  }

  /** Its parts have no end. */
  public static class Endless<T> {
    public int number;

    public @Nullable Endless<List<T>> getNext() {
      return null;
    }
  }

  interface TakesEndless extends Takes<Endless<String>> {}

  @Test
  void typesThatAreOnlyWrittenMayNestWithoutEnd() {
    fixture.proxy(TakesEndless.class, value -> {}).take(new Endless<>());
  }

  record EndlessRead<T>(T value, @Nullable EndlessRead<List<T>> next) {}

  interface TakesEndlessRead extends Takes<EndlessRead<String>> {}

  record EndlessArrays<T>(T value, @Nullable EndlessArrays<T[]> next) {}

  interface TakesEndlessArrays extends Takes<EndlessArrays<String>> {}

  record EndlessPairs<T>(T value, @Nullable EndlessPairs<Map.Entry<T, T>> next) {}

  interface TakesEndlessPairs extends Takes<EndlessPairs<String>> {}

  /** Jackson inspects the types of final classes before it writes a value. */
  public static final class EndlessFinal<T> {
    public int number;

    public @Nullable EndlessFinal<List<T>> getNext() {
      return null;
    }
  }

  interface TakesEndlessFinal extends Takes<EndlessFinal<String>> {}

  @Test
  void typesThatAreReadMustNotNestWithoutEnd() {
    for (Class<?> endless :
        List.of(
            TakesEndlessRead.class,
            TakesEndlessArrays.class,
            TakesEndlessPairs.class,
            TakesEndlessFinal.class)) {
      assertThatThrownBy(() -> offer(endless))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("without an end");
    }
  }

  // ---------------------------------------------------------------- values

  @Test
  void documentedInvalidValuesFailTheCall() throws Exception {
    RpcServer server = fixture.start(fixture.server().service(Carried.class, echo(Carried.class)));
    RpcClient client = fixture.start(fixture.client(server));
    Map<String, String> methods = new HashMap<>();
    for (Method method : Carried.class.getDeclaredMethods()) {
      methods.put(name(method.getReturnType()), method.getName());
    }
    List<List<String>> sent = table("invalid", 0);
    List<List<String>> types = table("invalid", 1);
    assertThat(sent).hasSizeGreaterThan(5);
    for (int i = 0; i < sent.size(); i++) {
      String method = "Carried/" + methods.get(types.get(i).getFirst());
      for (String text : sent.get(i)) {
        assertThatThrownBy(() -> client.call(method, Json.class, new Json(text)))
            .as("%s for %s", text, method)
            .isInstanceOfSatisfying(
                RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.INVALID_ARGUMENT));
      }
    }
  }

  @Test
  void valuesThatWouldLosePrecisionAreRefusedByTheirSender() {
    Carried carried = fixture.proxy(Carried.class, echo(Carried.class));
    Timestamp timestamp = new Timestamp(5);
    timestamp.setNanos(123_456_789);
    assertRefused(() -> carried.date(timestamp), "java.sql.Timestamp");
    assertRefused(() -> carried.timeZone(new SimpleTimeZone(1234, "Foo")), "Foo");
    assertRefused(() -> carried.locale(Locale.of("no", "NO", "NY")), "no_NO_NY");
    JsonNode nan = JsonNodeFactory.instance.numberNode(Double.NaN);
    assertRefused(() -> carried.tree(JsonNodeFactory.instance.arrayNode().add(nan)), "NaN");
    assertRefused(
        () -> carried.tree(JsonNodeFactory.instance.pojoNode(Instant.EPOCH)), "tree of JSON");
    Map<String, Colour> nullKey = new HashMap<>();
    nullKey.put(null, Colour.RED);
    assertRefused(() -> carried.hashMap(new HashMap<>(nullKey)), "Null key");
  }

  private static void assertRefused(ThrowingCallable call, String why) {
    assertThatThrownBy(call).isInstanceOf(RpcException.class).hasMessageContaining(why);
  }

  @Test
  void callsByNameResolveNoPeerChosenTypes() {
    RpcServer server = fixture.start(fixture.server().service(Carried.class, echo(Carried.class)));
    RpcClient client = fixture.start(fixture.client(server));
    for (Class<?> type :
        List.of(File.class, Path.class, URL.class, Class.class, InetAddress.class)) {
      assertThatThrownBy(() -> client.call("Carried/string", type, "java.lang.String"))
          .isInstanceOf(RpcException.class)
          .hasMessageContaining("peer chooses");
    }
    assertRefused(() -> client.call("Carried/string", String.class, new File("x")), "java.io.File");
    assertThat(client.call("Carried/string", Object.class, "x")).isEqualTo("x");
  }

  @Test
  void aCustomMapperHasItsOwnRules() {
    JsonMapper own = JsonMapper.builder().build();
    RpcServer server =
        fixture.start(
            fixture.server().json(own).service(TakesObject.class, echo(TakesObject.class)));
    RpcClient client = fixture.start(fixture.client(server).json(own));
    assertThat(client.proxy(TakesObject.class).same(Instant.EPOCH))
        .isEqualTo("1970-01-01T00:00:00Z");
    assertThatThrownBy(() -> client.proxy(TakesCallback.class))
        .hasMessageContaining(Callback.class.getName());
  }

  interface TakesObject {
    Object same(Object value);
  }
}
