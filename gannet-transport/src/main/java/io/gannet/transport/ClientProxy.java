package io.gannet.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A proxy that a client connects through. The proxy resolves the name of the server. The password
 * never appears in a text of this library.
 *
 * @param kind the protocol of the proxy
 * @param host its name or address
 * @param port its port
 * @param user the user to sign in as; null for none
 * @param password the user's password; null for none
 */
public record ClientProxy(
    Kind kind, String host, int port, @Nullable String user, @Nullable String password) {

  private static final int LONGEST_SECRET = 255;

  /** The proxy protocols. */
  public enum Kind {
    /** The method CONNECT of HTTP (RFC 9110, section 9.3.6), with the scheme Basic for users. */
    HTTP,
    /** SOCKS 5 (RFC 1928), with user and password (RFC 1929). */
    SOCKS5
  }

  /** Checks the arguments. */
  public ClientProxy {
    Objects.requireNonNull(kind, "kind");
    if (host.isEmpty() || port < 1 || port > 65_535) {
      throw new IllegalArgumentException(
          "a proxy needs a host and a port of 1 to 65535: %s:%d".formatted(host, port));
    }
    if ((user == null) != (password == null)) {
      throw new IllegalArgumentException("a proxy needs both user and password, or neither");
    }
    if (user != null && password != null) {
      check("user", user);
      check("password", password);
      if (kind == Kind.HTTP && user.indexOf(':') >= 0) {
        throw new IllegalArgumentException("the user of an HTTP proxy must not contain a colon");
      }
    }
  }

  private static void check(String what, String value) {
    int length = value.getBytes(UTF_8).length;
    if (length == 0 || length > LONGEST_SECRET) {
      throw new IllegalArgumentException(
          "the %s of a proxy must have 1 to %d bytes".formatted(what, LONGEST_SECRET));
    }
  }

  /**
   * Creates an HTTP proxy.
   *
   * @param host its name or address
   * @param port its port
   * @return the proxy, without a user
   */
  public static ClientProxy http(String host, int port) {
    return new ClientProxy(Kind.HTTP, host, port, null, null);
  }

  /**
   * Creates a SOCKS 5 proxy.
   *
   * @param host its name or address
   * @param port its port
   * @return the proxy, without a user
   */
  public static ClientProxy socks5(String host, int port) {
    return new ClientProxy(Kind.SOCKS5, host, port, null, null);
  }

  /**
   * Creates a proxy from a URI as used in environment variables.
   *
   * @param uri {@code http://host:port} or {@code socks5://host:port} (also {@code socks5h}), with
   *     {@code user:password@} before the host if there is a user; both percent-encoded
   * @return the proxy
   * @throws IllegalArgumentException if the URI is invalid; the message doesn't contain the URI,
   *     because it may hold the password
   */
  public static ClientProxy of(String uri) {
    URI parsed;
    try {
      parsed = new URI(uri);
    } catch (URISyntaxException e) {
      throw wrong(); // without the cause, which contains the password
    }
    String scheme = parsed.getScheme() == null ? "" : parsed.getScheme().toLowerCase(Locale.ROOT);
    Kind kind =
        switch (scheme) {
          case "http" -> Kind.HTTP;
          case "socks5", "socks5h" -> Kind.SOCKS5;
          default -> throw wrong();
        };
    String path = parsed.getRawPath();
    if (parsed.getHost() == null
        || parsed.getPort() < 1
        || !(path == null || path.isEmpty() || path.equals("/"))) {
      throw wrong();
    }
    String host = parsed.getHost();
    if (host.startsWith("[")) {
      host = host.substring(1, host.length() - 1);
    }
    ClientProxy proxy = new ClientProxy(kind, host, parsed.getPort(), null, null);
    String secret = parsed.getRawUserInfo();
    if (secret == null) {
      return proxy;
    }
    int colon = secret.indexOf(':');
    if (colon < 0) {
      throw wrong();
    }
    return proxy.withCredentials(
        decode(secret.substring(0, colon)), decode(secret.substring(colon + 1)));
  }

  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
  }

  private static IllegalArgumentException wrong() {
    return new IllegalArgumentException(
        "the URI of a proxy is http://host:port or socks5://host:port, optionally with"
            + " user:password@ before the host");
  }

  /**
   * Sets the credentials to sign in with.
   *
   * @param name the user
   * @param secret the user's password
   * @return the changed proxy
   */
  public ClientProxy withCredentials(String name, String secret) {
    return new ClientProxy(kind, host, port, name, secret);
  }

  /** {@return the proxy as a URI, without user and password} */
  @Override
  public String toString() {
    return "%s://%s:%d"
        .formatted(
            kind.name().toLowerCase(Locale.ROOT),
            host.indexOf(':') >= 0 ? "[" + host + "]" : host,
            port);
  }
}
