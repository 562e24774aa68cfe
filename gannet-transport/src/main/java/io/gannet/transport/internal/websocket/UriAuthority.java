package io.gannet.transport.internal.websocket;

import java.net.URI;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The host and port of a client's URI (RFC 3986, section 3.2). The JDK's {@code URI} doesn't
 * support hosts with an underscore, as in Compose, and doesn't decode the zone of an IPv6 address
 * (RFC 6874).
 *
 * @param host a name or an address, without brackets, with its zone
 * @param port the port, or the scheme's default port
 * @param text the value of the {@code Host} header
 */
public record UriAuthority(String host, int port, String text) {

  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  private static final Pattern NAME = Pattern.compile("([A-Za-z0-9._-]+)(?::([0-9]{1,5}))?");

  /**
   * Parses a URI.
   *
   * @param uri a URI with the scheme {@code ws} or {@code wss}
   * @return null if it has no host, or other parts before the path than host and port
   */
  public static @Nullable UriAuthority of(URI uri) {
    int usual = "wss".equals(scheme(uri)) ? HTTPS_PORT : HTTP_PORT;
    String host = uri.getHost();
    int port = uri.getPort();
    if (host == null) {
      Matcher name = NAME.matcher(uri.getRawAuthority() == null ? "" : uri.getRawAuthority());
      if (!name.matches()) {
        return null;
      }
      host = Objects.requireNonNull(name.group(1));
      String digits = name.group(2);
      port = digits == null ? -1 : Integer.parseInt(digits);
    } else if (uri.getRawUserInfo() != null) {
      return null;
    }
    int known = port < 0 ? usual : port;
    String text = host.replaceFirst("%[^]]*", "") + (known == usual ? "" : ":" + known);
    return new UriAuthority(withoutBrackets(host), known, text);
  }

  /** {@return the scheme in lower case; empty if there is none} */
  public static String scheme(URI uri) {
    return uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
  }

  private static String withoutBrackets(String host) {
    return host.startsWith("[")
        ? host.substring(1, host.length() - 1).replaceFirst("%25", "%")
        : host;
  }
}
