package io.gannet.transport.internal.websocket;

import io.netty.util.NetUtil;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Host and port in {@code Host}, in an origin or in a request target (RFC 3986, section 3.2). The
 * JDK's {@code URI} doesn't support hosts with an underscore, as in Compose.
 *
 * @param host in lower case; an IPv6 address as its 16 bytes in hexadecimal, because it has many
 *     spellings
 * @param port the port; -1 if there is none
 */
record Authority(String host, int port) {

  private static final int MAX_PORT = 65_535;

  /**
   * Parses a header value.
   *
   * @param text for example {@code example.org:8080} or {@code [::1]}
   * @return null if it isn't a host with an optional port
   */
  static @Nullable Authority parse(String text) {
    int end = text.startsWith("[") ? text.indexOf(']') + 1 : text.indexOf(':');
    int hostEnd = end < 0 ? text.length() : end;
    String host = host(text.substring(0, hostEnd));
    int port = port(text.substring(hostEnd));
    return host == null || port < -1 ? null : new Authority(host, port);
  }

  private static @Nullable String host(String text) {
    if (text.startsWith("[")) {
      String address = text.substring(1, text.length() - 1);
      byte[] bytes =
          NetUtil.isValidIpV6Address(address)
              ? NetUtil.createByteArrayFromIpAddressString(address)
              : null;
      return bytes == null ? null : HexFormat.of().formatHex(bytes) + ":";
    }
    boolean valid = !text.isEmpty() && text.chars().allMatch(Authority::isHostChar);
    return valid ? text.toLowerCase(Locale.ROOT) : null;
  }

  private static boolean isHostChar(int c) {
    return (c >= '0' && c <= '9')
        || (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c > ' ' && c < 0x7F && "-._~%!$&'()*+;=".indexOf(c) >= 0);
  }

  /** Returns -1 for no port, and -2 for an invalid one. */
  private static int port(String text) {
    if (text.isEmpty() || text.equals(":")) {
      return -1;
    }
    if (text.length() > 6 || !text.substring(1).chars().allMatch(c -> c >= '0' && c <= '9')) {
      return -2;
    }
    int port = text.charAt(0) == ':' ? Integer.parseInt(text.substring(1)) : -2;
    return port <= MAX_PORT ? port : -2;
  }
}
