package io.gannet.cli.internal.common;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Where to listen or to connect.
 *
 * @param host a name or an address; an IPv6 address without brackets
 * @param port the port, possibly 0
 */
public record TcpAddress(String host, int port) {

  private static final String EXPECTED = "expected tcp://HOST:PORT";

  /** Those that a later version will know. */
  private static final Set<String> LATER_SCHEMES = Set.of("tls", "udp", "ws", "wss", "unix");

  /**
   * Reads an address.
   *
   * @param text {@code tcp://HOST:PORT}
   * @return the address
   * @throws IllegalArgumentException if it is none; the message says why
   */
  public static TcpAddress parse(String text) {
    int end = text.indexOf("://");
    if (end < 0) {
      throw new IllegalArgumentException("\"%s\" has no scheme: %s".formatted(text, EXPECTED));
    }
    String scheme = text.substring(0, end).toLowerCase(Locale.ROOT);
    if (LATER_SCHEMES.contains(scheme)) {
      throw new IllegalArgumentException(scheme + ":// is not supported by this version");
    }
    if (!scheme.equals("tcp")) {
      throw new IllegalArgumentException(
          "unknown scheme %s:// in \"%s\": %s".formatted(scheme, text, EXPECTED));
    }
    return parseTcp(text);
  }

  private static TcpAddress parseTcp(String text) {
    URI uri;
    try {
      uri = new URI(text).parseServerAuthority();
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "\"%s\" is not an address (%s): %s".formatted(text, e.getReason(), EXPECTED), e);
    }
    @Nullable String host = uri.getHost();
    if (host == null) {
      throw new IllegalArgumentException("\"%s\" has no host: %s".formatted(text, EXPECTED));
    }
    if (uri.getPort() < 0) {
      throw new IllegalArgumentException("\"%s\" has no port: %s".formatted(text, EXPECTED));
    }
    if (uri.getPort() > 0xFFFF) {
      throw new IllegalArgumentException("\"%s\": a port is at most 65535".formatted(text));
    }
    if (!uri.getRawPath().isEmpty()
        || uri.getRawQuery() != null
        || uri.getRawFragment() != null
        || uri.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "\"%s\" says more than host and port: %s".formatted(text, EXPECTED));
    }
    boolean bracketed = host.startsWith("[");
    return new TcpAddress(bracketed ? host.substring(1, host.length() - 1) : host, uri.getPort());
  }

  /**
   * The same host with another port.
   *
   * @param other the port
   * @return the address
   */
  public TcpAddress withPort(int other) {
    return new TcpAddress(host, other);
  }

  @Override
  public String toString() {
    return "tcp://%s:%d".formatted(host.contains(":") ? "[" + host + "]" : host, port);
  }

  /** Reads an address from the command line. */
  public static final class Converter implements ITypeConverter<TcpAddress> {

    /** Creates the converter. */
    public Converter() {}

    @Override
    public TcpAddress convert(String text) {
      try {
        return parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
