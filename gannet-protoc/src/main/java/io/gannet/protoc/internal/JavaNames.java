package io.gannet.protoc.internal;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The names of .proto files in Java. Only what is a name reaches the source text. */
final class JavaNames {

  /** Keywords, literals, and what can't be the name of a type (JLS 3.9). */
  private static final Set<String> RESERVED =
      Set.of(
          "_",
          "abstract",
          "assert",
          "boolean",
          "break",
          "byte",
          "case",
          "catch",
          "char",
          "class",
          "const",
          "continue",
          "default",
          "do",
          "double",
          "else",
          "enum",
          "extends",
          "false",
          "final",
          "finally",
          "float",
          "for",
          "goto",
          "if",
          "implements",
          "import",
          "instanceof",
          "int",
          "interface",
          "long",
          "native",
          "new",
          "null",
          "package",
          "permits",
          "private",
          "protected",
          "public",
          "record",
          "return",
          "sealed",
          "short",
          "static",
          "strictfp",
          "super",
          "switch",
          "synchronized",
          "this",
          "throw",
          "throws",
          "transient",
          "true",
          "try",
          "var",
          "void",
          "volatile",
          "while",
          "yield");

  /** Names that are reserved for types, but not for methods. */
  private static final Set<String> ONLY_TYPES = Set.of("permits", "record", "sealed", "var");

  private static final Pattern PROTO_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private JavaNames() {}

  /** {@return the name of the interface of a service, without the suffix of its form} */
  static String ofType(ServiceDescriptor service) {
    String name = service.getName();
    for (String part : service.getFullName().split("\\.", -1)) {
      checked(part);
    }
    return RESERVED.contains(name) ? name + "_" : name;
  }

  /**
   * Names the methods of a service as grpc-java does: {@code GetBook} and {@code get_book} are
   * {@code getBook}. Methods that would have the same name keep their names of the .proto file.
   *
   * @throws RefusedException if two methods have the same name nevertheless
   */
  static Map<MethodDescriptor, String> ofMethods(ServiceDescriptor service) {
    Map<String, Long> wanted =
        service.getMethods().stream()
            .collect(Collectors.groupingBy(JavaNames::camelCase, Collectors.counting()));
    Map<MethodDescriptor, String> names = new LinkedHashMap<>();
    Map<String, MethodDescriptor> taken = new HashMap<>();
    for (MethodDescriptor method : service.getMethods()) {
      String name = camelCase(method);
      if (wanted.getOrDefault(name, 0L) > 1) {
        name = escaped(method.getName());
      }
      MethodDescriptor other = taken.putIfAbsent(name, method);
      if (other != null) {
        throw new RefusedException(
            "the methods %s and %s would both be called %s in Java: rename one of them"
                .formatted(other.getFullName(), method.getFullName(), name));
      }
      names.put(method, name);
    }
    return names;
  }

  private static String camelCase(MethodDescriptor method) {
    StringBuilder name = new StringBuilder();
    boolean upper = false;
    for (char c : checked(method.getName()).toCharArray()) {
      if (c == '_') {
        upper = !name.isEmpty();
      } else {
        char cased = name.isEmpty() ? Character.toLowerCase(c) : c;
        name.append(upper ? Character.toUpperCase(cased) : cased);
        upper = false;
      }
    }
    // "_" alone, or "_1"
    boolean valid = !name.isEmpty() && !Character.isDigit(name.charAt(0));
    return escaped(valid ? name.toString() : method.getName());
  }

  private static String escaped(String method) {
    return RESERVED.contains(method) && !ONLY_TYPES.contains(method) ? method + "_" : method;
  }

  /**
   * Checks a name of the .proto file, which protoc has checked as well.
   *
   * @return the same name
   */
  private static String checked(String name) {
    if (!PROTO_NAME.matcher(name).matches()) {
      throw new RefusedException("'%s' is not a name".formatted(name));
    }
    return name;
  }

  /**
   * Checks the name of a class or package, which the .proto file can set to any text.
   *
   * @param name identifiers, separated by dots
   * @param where what the name is for, for the user
   * @return the same name
   */
  static String checkedQualified(String name, String where) {
    if (!Arrays.stream(name.split("\\.", -1)).allMatch(JavaNames::isIdentifier)) {
      throw new RefusedException("'%s' is not a name in Java: %s".formatted(name, where));
    }
    return name;
  }

  private static boolean isIdentifier(String name) {
    return !name.isEmpty()
        && Character.isJavaIdentifierStart(name.codePointAt(0))
        && name.codePoints()
            .allMatch(c -> Character.isJavaIdentifierPart(c) && !Character.isIdentifierIgnorable(c))
        && (!RESERVED.contains(name) || ONLY_TYPES.contains(name));
  }
}
