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
 * An address to listen on or to connect to.
 *
 * @param scheme the transport
 * @param host a name or an address, an IPv6 address without brackets; empty for a Unix socket
 * @param port the port, possibly 0; -1 for a Unix socket
 * @param path the path of a Unix socket, or its abstract name after an {@code @}; the path of a
 *     WebSocket, possibly empty; otherwise empty
 */
public record Address(Scheme scheme, String host, int port, String path) {

  /** The transports. */
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
   * Parses an address.
   *
   * @param text {@code tcp://HOST:PORT}, {@code tls://HOST:PORT}, {@code udp://HOST:PORT},
   *     {@code ws://HOST:PORT/PATH}, {@code wss://HOST:PORT/PATH}, {@code unix:///PATH} or
   *     {@code unix://@NAME}
   * @return the address
   * @throws IllegalArgumentException if the text is no valid address; the message gives the reason
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
      throw new IllegalArgumentException(
          "\"%s\" has parts that are not allowed: %s".formatted(text, EXPECTED));
    }
    boolean bracketed = host.startsWith("[");
    return new Address(
        scheme,
        bracketed ? host.substring(1, host.length() - 1) : host,
        uri.getPort(),
        uri.getRawPath());
  }

  /**
   * Applies the settings that only this scheme needs.
   *
   * @param builder a builder of a server or client for this address
   */
  void applyTo(EndpointBuilder<?, ?> builder) {
    if (scheme == Scheme.UDP) {
      // Datagrams that exceed this buffer before they are read are lost. The operating system may
      // grant less.
      builder.socketOptions(SocketOptions.defaults().withBuffers(UDP_BUFFER, UDP_BUFFER));
    }
  }

  /**
   * {@return whether a client can connect to this address: it has no port, or a port other than 0}
   */
  public boolean isConnectable() {
    return port != 0;
  }

  /**
   * Creates a builder of a server that listens here.
   *
   * @param page the page that a WebSocket server shows to browsers; null for the default page
   * @param compression the compression of a WebSocket; ignored for other schemes, whose builder
   *     sets it
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
   * Creates a builder of a client that connects here.
   *
   * @param compression the compression of a WebSocket; ignored for other schemes, whose builder
   *     sets it
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
   * {@return this address with the port that the operating system has chosen}
   *
   * @param realPort returns the port of the server that listens here, if it has a port
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
