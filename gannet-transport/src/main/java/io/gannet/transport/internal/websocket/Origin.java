package io.gannet.transport.internal.websocket;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a page comes from (RFC 6454): two that are written differently can be the same.
 *
 * @param scheme {@code http} or {@code https}
 * @param authority host and port; the port is never the scheme's own, which needn't be written
 */
record Origin(String scheme, Authority authority) {

  /**
   * Parses a header or a setting.
   *
   * @param text such as {@code https://example.org}
   * @return null for {@code null}, the origins of apps and extensions, and whatever else is no
   *     page's
   */
  static @Nullable Origin parse(String text) {
    int colon = text.indexOf("://");
    String scheme = colon < 0 ? "" : text.substring(0, colon).toLowerCase(Locale.ROOT);
    int usual =
        switch (scheme) {
          case "http" -> 80;
          case "https" -> 443;
          default -> -1;
        };
    Authority authority = usual < 0 ? null : Authority.parse(text.substring(colon + 3));
    if (authority == null) {
      return null;
    }
    return new Origin(
        scheme, authority.port() == usual ? new Authority(authority.host(), -1) : authority);
  }

  /** {@return whether two texts mean the same origin; what is no page's must be the same text} */
  static boolean same(String one, String other) {
    Origin parsed = parse(one);
    return parsed == null ? one.equalsIgnoreCase(other) : parsed.equals(parse(other));
  }
}
