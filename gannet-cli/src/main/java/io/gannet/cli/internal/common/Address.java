package io.gannet.cli.internal.common;

import io.gannet.transport.Client;
import io.gannet.transport.ClientBuilder;
import io.gannet.transport.EndpointBuilder;
import io.gannet.transport.Server;
import io.gannet.transport.ServerBuilder;
import io.gannet.transport.SocketOptions;
import io.gannet.transport.UdpOptions;
import io.gannet.transport.WebSocketOptions;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Where to listen or to connect.
 *
 * @param scheme how
 * @param host a name or an address, an IPv6 address without brackets; empty for a Unix socket
 * @param port the port, possibly 0; -1 for a Unix socket
 * @param path of a Unix socket, or its abstract name behind an {@code @}; of a WebSocket, possibly
 *     empty; empty otherwise
 */
public record Address(Scheme scheme, String host, int port, String path) {

  /** What carries the bytes. */
  public enum Scheme {
    /** TCP. */
    TCP,
    /** TLS over TCP. */
    TLS,
    /** WebSocket. */
    WS,
    /** WebSocket over TLS. */
    WSS,
    /** UDP. */
    UDP,
    /** A Unix socket. */
    UNIX;

    /** {@return whether connections are encrypted} */
    public boolean isEncrypted() {
      return this == TLS || this == WSS;
    }

    /** {@return whether connections are WebSockets} */
    public boolean isWebSocket() {
      return this == WS || this == WSS;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final String EXPECTED =
      "expected tcp://HOST:PORT, tls://HOST:PORT, udp://HOST:PORT, ws://HOST:PORT/PATH,"
          + " wss://HOST:PORT/PATH or unix:///PATH";

  private static final int UDP_BUFFER = 4 * 1024 * 1024;

  /**
   * Reads an address.
   *
   * @param text {@code tcp://HOST:PORT}, {@code tls://HOST:PORT}, {@code udp://HOST:PORT}, {@code
   *     ws://HOST:PORT/PATH}, {@code wss://HOST:PORT/PATH}, {@code unix:///PATH} or {@code
   *     unix://@NAME}
   * @return the address
   * @throws IllegalArgumentException if it is none; the message says why
   */
  public static Address parse(String text) {
    int end = text.indexOf("://");
    if (end < 0) {
      throw new IllegalArgumentException("\"%s\" has no scheme: %s".formatted(text, EXPECTED));
    }
    String scheme = text.substring(0, end).toLowerCase(Locale.ROOT);
    return switch (scheme) {
      case "tcp" -> parseHostAndPort(Scheme.TCP, text);
      case "tls" -> parseHostAndPort(Scheme.TLS, text);
      case "udp" -> parseHostAndPort(Scheme.UDP, text);
      case "ws" -> parseHostAndPort(Scheme.WS, text);
      case "wss" -> parseHostAndPort(Scheme.WSS, text);
      case "unix" -> parseUnix(text, text.substring(end + 3));
      default ->
          throw new IllegalArgumentException(
              "unknown scheme %s:// in \"%s\": %s".formatted(scheme, text, EXPECTED));
    };
  }

  private static Address parseUnix(String text, String path) {
    if (!(path.startsWith("/") || path.startsWith("@")) || path.length() < 2) {
      throw new IllegalArgumentException(
          "\"%s\" has no absolute path: expected unix:///PATH, or unix://@NAME on Linux"
              .formatted(text));
    }
    return new Address(Scheme.UNIX, "", -1, path);
  }

  private static Address parseHostAndPort(Scheme scheme, String text) {
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
    if ((!scheme.isWebSocket() && !uri.getRawPath().isEmpty())
        || uri.getRawQuery() != null
        || uri.getRawFragment() != null
        || uri.getRawUserInfo() != null) {
      throw new IllegalArgumentException("\"%s\" says too much: %s".formatted(text, EXPECTED));
    }
    boolean bracketed = host.startsWith("[");
    return new Address(
        scheme,
        bracketed ? host.substring(1, host.length() - 1) : host,
        uri.getPort(),
        uri.getRawPath());
  }

  /**
   * Chooses what only this scheme needs.
   *
   * @param builder of a server or client here
   */
  void applyTo(EndpointBuilder<?, ?> builder) {
    if (scheme == Scheme.UDP) {
      // What comes while nobody reads is lost beyond that; the operating system may give less.
      builder.socketOptions(SocketOptions.defaults().withBuffers(UDP_BUFFER, UDP_BUFFER));
    }
  }

  /** {@return whether one can connect to it: it has no port, or a real one} */
  public boolean isConnectable() {
    return port != 0;
  }

  /**
   * Begins to build a server that listens here.
   *
   * @param page what a WebSocket server shows to browsers; null for what it shows by itself
   * @param compression how a WebSocket server compresses; for all others the builder is told
   * @return the builder
   */
  ServerBuilder.NeedsCodec listen(@Nullable String page, CompressionKind compression) {
    return switch (scheme) {
      case TCP, TLS -> Server.tcp(host, port);
      case WS, WSS -> Server.webSocket(host, port, webSocketOptions(page, compression));
      case UDP -> Server.udp(host, port, UdpOptions.defaults());
      case UNIX -> Server.unix(path);
    };
  }

  /**
   * Begins to build a client that connects here.
   *
   * @param compression how WebSocket is compressed; for all others the builder is told
   * @return the builder
   */
  ClientBuilder.NeedsCodec connect(CompressionKind compression) {
    return switch (scheme) {
      case TCP, TLS -> Client.tcp(host, port);
      case WS, WSS ->
          Client.webSocket(URI.create(toString()), compression.of(WebSocketOptions.defaults()));
      case UDP -> Client.udp(host, port, UdpOptions.defaults().withProbe());
      case UNIX -> Client.unix(path);
    };
  }

  private WebSocketOptions webSocketOptions(@Nullable String page, CompressionKind compression) {
    WebSocketOptions options = compression.of(WebSocketOptions.defaults());
    if (!path.isEmpty()) {
      options = options.withPaths(URI.create(path).getPath());
    }
    return page == null ? options : options.withPage(page);
  }

  /**
   * The same with what the operating system has chosen.
   *
   * @param realPort tells the port of the server that listens here, if it has one
   * @return the address to connect to
   */
  public Address withPort(IntSupplier realPort) {
    return port < 0 ? this : new Address(scheme, host, realPort.getAsInt(), path);
  }

  @Override
  public String toString() {
    return port < 0
        ? "%s://%s".formatted(scheme, path)
        : "%s://%s:%d%s"
            .formatted(scheme, host.contains(":") ? "[" + host + "]" : host, port, path);
  }

  /** Reads an address from the command line. */
  public static final class Converter implements ITypeConverter<Address> {

    /** Creates the converter. */
    public Converter() {}

    @Override
    public Address convert(String text) {
      try {
        return parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
