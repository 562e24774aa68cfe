package io.gannet.rpc.internal.protobuf;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/**
 * Refuses JSON that Protobuf's library would need too much time or stack for: numbers with large
 * exponents or many digits, because the library converts them to decimal numbers of any size, and
 * values that are nested deeply. Immutable.
 */
final class JsonNumbers {

  private static final int MAX_DEPTH = 100;
  private static final int MAX_DIGITS = 400;

  /** The longest exponent, in digits. */
  private static final int MAX_EXPONENT = 3;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(MAX_DIGITS)
                  .build())
          .build();

  private static final String ANY = "google.protobuf.Any";

  /** The names of fields whose values may be numbers in quotes. */
  private final Set<String> names = new HashSet<>();

  private final boolean isNumber;

  /** Whether the keys of maps may be numbers. */
  private boolean hasNumericKeys;

  /** Whether any text may be a number. */
  private boolean isOpen;

  /**
   * Creates the check of a message.
   *
   * @param type its type
   * @param insideAny the types that an {@code Any} in it may contain; their nested types, and those
   *     of imported files, too
   */
  JsonNumbers(Descriptor type, Iterable<Descriptor> insideAny) {
    Set<Descriptor> seen = new HashSet<>();
    add(type, seen);
    if (seen.stream().anyMatch(each -> each.getFullName().equals(ANY))) {
      Set<FileDescriptor> files = new HashSet<>();
      insideAny.forEach(each -> add(each.getFile(), files, seen));
    }
    isNumber = isWrapper(type);
  }

  private void add(FileDescriptor file, Set<FileDescriptor> files, Set<Descriptor> seen) {
    if (files.add(file)) {
      file.getMessageTypes().forEach(type -> addAll(type, seen));
      file.getDependencies().forEach(imported -> add(imported, files, seen));
    }
  }

  private void addAll(Descriptor type, Set<Descriptor> seen) {
    add(type, seen);
    type.getNestedTypes().forEach(nested -> addAll(nested, seen));
  }

  private void add(Descriptor type, Set<Descriptor> seen) {
    if (!seen.add(type)) {
      return;
    }
    for (FieldDescriptor field : type.getFields()) {
      boolean isMessage = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
      if (isMessage && field.isMapField()) {
        Descriptor entry = field.getMessageType();
        hasNumericKeys |= isNumeric(entry.findFieldByNumber(1));
        FieldDescriptor value = entry.findFieldByNumber(2);
        isOpen |= isNumeric(value) || isWrapperField(value); // whose name is the key
      }
      if (isNumeric(field) || isWrapperField(field)) {
        names.add(field.getName());
        names.add(field.getJsonName());
      }
      if (isMessage) {
        add(field.getMessageType(), seen);
      }
    }
  }

  private static boolean isWrapperField(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        && isWrapper(field.getMessageType());
  }

  private static boolean isWrapper(Descriptor type) {
    return type.getFile().getName().equals("google/protobuf/wrappers.proto")
        && isNumeric(type.findFieldByNumber(1));
  }

  private static boolean isNumeric(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case INT, LONG, FLOAT, DOUBLE -> true;
      case BOOLEAN, STRING, BYTE_STRING, ENUM, MESSAGE -> false;
    };
  }

  /**
   * Checks a text.
   *
   * @throws IllegalArgumentException if it must not be passed to the library
   */
  void check(byte[] json) {
    @Nullable String[] path = new String[MAX_DEPTH + 2];
    int depth = 0;
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token.isStructStart()) {
          depth++;
          path[depth] = path[depth - 1];
        } else if (token.isStructEnd()) {
          depth--;
        } else if (token == JsonToken.PROPERTY_NAME) {
          path[depth] = parser.currentName();
          if (hasNumericKeys) {
            check(parser.currentName());
          }
        } else if (token.isNumeric()
            || (token == JsonToken.VALUE_STRING && mayBeNumber(path[depth]))) {
          check(parser.getString());
        }
      }
    } catch (StreamConstraintsException e) {
      throw new IllegalArgumentException(
          "it is nested deeper than %d levels, or a number has more than %d digits"
              .formatted(MAX_DEPTH, MAX_DIGITS),
          e);
    }
  }

  private boolean mayBeNumber(@Nullable String name) {
    return isOpen || (name == null ? isNumber : names.contains(name));
  }

  private static void check(String number) {
    int exponent = Math.max(number.lastIndexOf('e'), number.lastIndexOf('E'));
    boolean isHuge =
        exponent >= 0
            && isInteger(number, exponent + 1)
            && number.length() - exponent - 1 > MAX_EXPONENT + 1;
    if (isHuge || (number.length() > MAX_DIGITS && Character.isDigit(number.charAt(1)))) {
      throw new IllegalArgumentException(
          "a number has more than %d digits, or %d in its exponent"
              .formatted(MAX_DIGITS, MAX_EXPONENT));
    }
  }

  private static boolean isInteger(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && !(i == from && (c == '-' || c == '+'))) {
        return false;
      }
    }
    return true;
  }
}
