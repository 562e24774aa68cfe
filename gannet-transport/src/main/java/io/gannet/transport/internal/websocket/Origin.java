package io.gannet.transport.internal.websocket;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The origin of a page (RFC 6454). Two different texts can mean the same origin.
 *
 * @param scheme {@code http} or {@code https}
 * @param authority host and port; the scheme's default port is omitted
 */
record Origin(String scheme, Authority authority) {

  /**
   * Parses a header or a setting.
   *
   * @param text for example {@code https://example.org}
   * @return null for {@code null}, the origins of apps and extensions, and all others that aren't
   *     those of a page
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

  /**
   * {@return whether two texts mean the same origin; origins that aren't those of a page must have
   * the same text}
   */
  static boolean same(String one, String other) {
    Origin parsed = parse(one);
    return parsed == null ? one.equalsIgnoreCase(other) : parsed.equals(parse(other));
  }
}
