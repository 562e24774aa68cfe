package io.gannet.cli.internal.rpc;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Translates a type, as servers describe it for people, to TypeScript. What isn't understood is
 * {@code unknown}. The text is the peer's: what is written is made of known types, checked names
 * and escaped strings only.
 */
final class TypeScriptType {

  private static final String UNKNOWN = "unknown";

  /** Nesting beyond this isn't understood. */
  private static final int MAX_DEPTH = 50;

  private static final Set<String> LISTS = Set.of("Iterable", "Stream");

  private static final Map<String, String> KNOWN = new HashMap<>();

  static {
    know("boolean", "boolean", "Boolean", "AtomicBoolean");
    know("number", "byte", "short", "int", "Byte", "Short", "Integer", "AtomicInteger");
    know("number", "Month", "Year");
    know("number | bigint", "long", "Long", "AtomicLong", "BigInteger", "BigDecimal");
    know("number | \"NaN\" | \"Infinity\" | \"-Infinity\"", "float", "double", "Float", "Double");
    know("number | null", "OptionalInt");
    know("number | bigint | null", "OptionalLong");
    know("number | \"NaN\" | \"Infinity\" | \"-Infinity\" | null", "OptionalDouble");
    know("string", "char", "Character", "String", "UUID", "URI", "Currency", "Locale", "TimeZone");
    know("string", "Instant", "Duration", "Period", "LocalDate", "LocalTime", "LocalDateTime");
    know("string", "MonthDay", "YearMonth", "OffsetDateTime", "OffsetTime", "ZonedDateTime");
    know("string", "ZoneId", "ZoneOffset", "Date");
  }

  private static void know(String type, String... names) {
    for (String name : names) {
      KNOWN.put(name, type);
    }
  }

  private final String text;
  private final boolean isSent;
  private int at;

  private TypeScriptType(String text, boolean isSent) {
    this.text = text;
    this.isSent = isSent;
  }

  /**
   * Translates a type.
   *
   * @param text the type, as in {@code Reflection.MethodInfo}
   * @param isSent whether the client sends the value, and doesn't receive it
   */
  static String of(String text, boolean isSent) {
    TypeScriptType type = new TypeScriptType(text, isSent);
    try {
      String written = type.read(0);
      return type.at == text.length() ? written : UNKNOWN;
    } catch (NotUnderstoodException e) {
      return UNKNOWN;
    }
  }

  /** Thrown for text that isn't in the form of a type. */
  private static final class NotUnderstoodException extends Exception {
    private static final long serialVersionUID = 1L;
  }

  private String read(int depth) throws NotUnderstoodException {
    if (depth > MAX_DEPTH) {
      throw new NotUnderstoodException();
    }
    String type;
    if (take("[")) {
      type = list(read(depth + 1));
      expect("]");
    } else if (take("{[")) {
      read(depth + 1);
      expect("]: ");
      type = "{ [key: string]: %s }".formatted(read(depth + 1));
      expect("}");
    } else if (take("{")) {
      type = fields(depth + 1);
    } else {
      type = named(depth + 1);
    }
    if (take("?")) {
      return type.equals(UNKNOWN) || type.endsWith("| null") ? type : type + " | null";
    }
    return type;
  }

  private String list(String item) {
    String items = item.matches("[a-z]+(\\[])*") ? item + "[]" : "Array<%s>".formatted(item);
    return isSent ? "ReadonlyArray<%s>".formatted(item) : items;
  }

  private String fields(int depth) throws NotUnderstoodException {
    if (take("}")) {
      return "Record<string, never>";
    }
    List<String> fields = new ArrayList<>();
    do {
      String name = name();
      expect(": ");
      String type = read(depth);
      boolean canBeLeftOut = isSent && (type.endsWith("| null") || type.equals(UNKNOWN));
      fields.add("%s%s: %s".formatted(property(name), canBeLeftOut ? "?" : "", type));
    } while (take(", "));
    expect("}");
    return "{ %s }".formatted(String.join("; ", fields));
  }

  private String named(int depth) throws NotUnderstoodException {
    String name = name();
    if (take("<")) {
      List<String> arguments = new ArrayList<>();
      do {
        arguments.add(read(depth));
      } while (take(", "));
      expect(">");
      return generic(name, arguments);
    }
    if (!text.startsWith(" | ", at)) {
      return name.equals("Base64") || name.equals("ByteBuffer") ? bytes() : plain(name);
    }
    StringBuilder constants = new StringBuilder(quoted(name));
    while (take(" | ")) {
      constants.append(" | ").append(quoted(name()));
    }
    return constants.toString();
  }

  private String bytes() {
    return isSent ? "Uint8Array | ArrayBuffer | DataView | string" : "string";
  }

  private String plain(String name) {
    return isSent && name.equals("Date") ? "Date | string" : KNOWN.getOrDefault(name, UNKNOWN);
  }

  private String generic(String name, List<String> arguments) {
    if (arguments.size() == 1 && LISTS.contains(name)) {
      return list(arguments.get(0));
    }
    if (arguments.size() == 1 && name.equals("AtomicReference")) {
      return arguments.get(0).equals(UNKNOWN) ? UNKNOWN : arguments.get(0) + " | null";
    }
    if (arguments.size() == 2 && name.equals("Entry")) {
      return "{ [key: string]: %s }".formatted(arguments.get(1));
    }
    return UNKNOWN;
  }

  private boolean take(String expected) {
    if (text.startsWith(expected, at)) {
      at += expected.length();
      return true;
    }
    return false;
  }

  private void expect(String expected) throws NotUnderstoodException {
    if (!take(expected)) {
      throw new NotUnderstoodException();
    }
  }

  /** Reads a name in Java. */
  private String name() throws NotUnderstoodException {
    int start = at;
    while (at < text.length() && Character.isJavaIdentifierPart(text.charAt(at))) {
      at++;
    }
    if (at == start || !Character.isJavaIdentifierStart(text.charAt(start))) {
      throw new NotUnderstoodException();
    }
    return text.substring(start, at);
  }

  /** {@return a name as a property, in quotes unless it is plain} */
  static String property(String name) {
    return name.matches("[A-Za-z_$][A-Za-z0-9_$]*") ? name : quoted(name);
  }

  /** {@return a string as a literal of ASCII characters} */
  static String quoted(String string) {
    StringBuilder literal = new StringBuilder("\"");
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      if (c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<') {
        literal.append("\\u%04x".formatted((int) c));
      } else {
        literal.append(c);
      }
    }
    return literal.append('"').toString();
  }
}
