package io.gannet.discovery.spi;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The encoding of a name as one part of a path: letters, digits and {@code - _ : @ + = , ~ [ ]} are
 * unchanged, and so is a dot that isn't the first character. All other characters are
 * percent-encoded as UTF-8, so that a slash in a name doesn't end it.
 */
public final class KeyNames {

  /** The maximum length of a service's name or an instance's id, in characters. */
  private static final int MAX_NAME = 200;

  /** The maximum length of an encoded name: a character becomes at most nine. */
  public static final int MAX_LENGTH = MAX_NAME * 9;

  private static final String PLAIN = "-_:@+=,~[]";

  private KeyNames() {}

  /**
   * Encodes a name.
   *
   * @param name the name
   * @return one part of a path
   */
  public static String encode(String name) {
    StringBuilder out = new StringBuilder(name.length());
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      char c = (char) (bytes[i] & 0xff);
      if (isPlain(c) || (c == '.' && i > 0)) {
        out.append(c);
      } else {
        out.append('%').append("%02X".formatted((int) c));
      }
    }
    return out.toString();
  }

  /**
   * Decodes a name.
   *
   * @param part one part of a path
   * @return the name
   * @throws IllegalArgumentException if this isn't the result of {@link #encode} for a name. Thus
   *     two different parts never mean the same name
   */
  public static String decode(String part) {
    if (part.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "its name has more than %,d characters".formatted(MAX_LENGTH));
    }
    String name = read(part);
    if (!encode(name).equals(part)) {
      throw new IllegalArgumentException("its name must be encoded as " + encode(name));
    }
    if (name.isEmpty() || name.length() > MAX_NAME) {
      throw new IllegalArgumentException(
          "its name must be 1 to %d characters long, not %d".formatted(MAX_NAME, name.length()));
    }
    if (name.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("its name has control characters");
    }
    return name;
  }

  /**
   * Decodes the valid names, and omits all other parts.
   *
   * @param parts parts of paths
   * @return the names, sorted
   */
  public static SortedSet<String> decodeAll(Collection<String> parts) {
    SortedSet<String> names = new TreeSet<>();
    for (String part : parts) {
      try {
        names.add(decode(part));
      } catch (IllegalArgumentException e) {
        // Not a name that a registry has written.
      }
    }
    return names;
  }

  /**
   * Truncates a part that is too long for a name, to save memory. The result is still too long.
   *
   * @param part one part of a path
   * @return the part, or its beginning, for which {@link #decode} throws
   */
  public static String cut(String part) {
    return part.length() <= MAX_LENGTH ? part : part.substring(0, MAX_LENGTH + 1);
  }

  private static String read(String part) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(part.length());
    for (int i = 0; i < part.length(); ) {
      int c = part.codePointAt(i);
      if (c == '%') {
        if (i + 3 > part.length()) {
          throw new IllegalArgumentException("incomplete escape: " + part);
        }
        out.write(Integer.parseInt(part, i + 1, i + 3, 16));
        i += 3;
      } else {
        out.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
        i += Character.charCount(c);
      }
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private static boolean isPlain(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || PLAIN.indexOf(c) >= 0;
  }
}
