package io.gannet.transport.internal.websocket;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The target of a request (RFC 9112, section 3.2): a path, or a whole URI as clients of proxies
 * send it.
 *
 * @param path the path, decoded; starts with a slash
 * @param query the query as it was sent, without the question mark
 * @param authority host and port of a whole URI, which take precedence over {@code Host}
 */
record RequestTarget(String path, String query, @Nullable Authority authority) {

  /**
   * Parses the target in a request line.
   *
   * @param text the target
   * @return its parts
   * @throws IllegalArgumentException if it is invalid
   */
  static RequestTarget parse(String text) {
    if (text.startsWith("/")) {
      return of(text, null);
    }
    int slashes = text.indexOf("://");
    String scheme = slashes < 0 ? "" : text.substring(0, slashes).toLowerCase(Locale.ROOT);
    return switch (scheme) {
      case "http", "https", "ws", "wss" -> absolute(text.substring(slashes + 3));
      default -> throw new IllegalArgumentException("the request has no path");
    };
  }

  private static RequestTarget absolute(String text) {
    int end = 0;
    while (end < text.length() && "/?#".indexOf(text.charAt(end)) < 0) {
      end++;
    }
    Authority authority = Authority.parse(text.substring(0, end));
    if (authority == null) {
      throw new IllegalArgumentException("the request has no valid host");
    }
    String rest = text.substring(end);
    return of(rest.startsWith("/") ? rest : "/" + rest, authority);
  }

  private static RequestTarget of(String text, @Nullable Authority authority) {
    checkCharacters(text);
    int mark = text.indexOf('?');
    String path = mark < 0 ? text : text.substring(0, mark);
    return new RequestTarget(
        new QueryStringDecoder(path).path(), mark < 0 ? "" : text.substring(mark + 1), authority);
  }

  private static void checkCharacters(String text) {
    if (text.chars().anyMatch(c -> c <= ' ' || c == 0x7F)) {
      throw new IllegalArgumentException("the path has control characters");
    }
    if (text.indexOf('#') >= 0) {
      throw new IllegalArgumentException("the request has a fragment");
    }
    for (int at = text.indexOf('%'); at >= 0; at = text.indexOf('%', at + 1)) {
      if (at + 2 >= text.length() || !isHex(text.charAt(at + 1)) || !isHex(text.charAt(at + 2))) {
        throw new IllegalArgumentException(
            "a percent sign in the path or query isn't followed by two hexadecimal digits");
      }
    }
  }

  private static boolean isHex(char c) {
    return c < 0x80 && Character.digit(c, 16) >= 0;
  }
}
