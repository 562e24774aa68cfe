package io.gannet.discovery.spi;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * How names are written as one part of a path: letters, digits and {@code - _ : @ + = , ~ [ ]} are
 * themselves, and so is a dot that isn't the first character. Everything else is percent-encoded, byte by
 * byte of its UTF-8, so that a slash in a name doesn't end it.
 */
public final class KeyNames {

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
   * @throws IllegalArgumentException if this isn't how {@link #encode} writes any name: two parts never
   *     mean the same
   */
  public static String decode(String part) {
    String name = read(part);
    if (!encode(name).equals(part)) {
      throw new IllegalArgumentException("its name must be encoded as " + encode(name));
    }
    return name;
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
