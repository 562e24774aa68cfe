package io.gannet.discovery.spi;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * How names are written as one part of a path: letters, digits and {@code - _ : @ + = , ~ [ ]} are
 * themselves, and so is a dot that isn't the first character. Everything else is percent-encoded, byte by
 * byte of its UTF-8, so that a slash in a name doesn't end it.
 */
public final class KeyNames {

  /** How many characters the name of a service or the id of an instance has at most. */
  private static final int MAX_NAME = 200;

  /** How many characters that has at most when it is written: each may take three bytes. */
  public static final int MAX_LENGTH = MAX_NAME * 9;

  private static final String PLAIN = "-_:@+=,~[]";

  private KeyNames() {}

  /**
   * Writes a name.
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
   * Reads a name.
   *
   * @param part one part of a path
   * @return the name
   * @throws IllegalArgumentException if this isn't how {@link #encode} writes the name of a service or the id
   *     of an instance: two parts never mean the same
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
   * Reads those parts that are names, and leaves out what else somebody has written.
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
        // No registry has written that.
      }
    }
    return names;
  }

  /**
   * Cuts what is too long for a name, so that it needn't be kept whole; it stays too long.
   *
   * @param part one part of a path
   * @return the same, or its beginning, for which {@link #decode} fails
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
