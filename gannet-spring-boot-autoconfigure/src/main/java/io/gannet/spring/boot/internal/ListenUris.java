package io.gannet.spring.boot.internal;

import io.gannet.transport.Server;
import io.gannet.transport.ServerBuilder;
import io.gannet.transport.WebSocketOptions;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the server listens.
 *
 * @param scheme {@code tcp}, {@code tls}, {@code ws}, {@code wss} or {@code unix}, the same for all
 * @param addresses hosts with their ports; for {@code unix} one path
 * @param path the path of a WebSocket, or empty
 */
record ListenUris(String scheme, List<Address> addresses, String path) {

  record Address(String host, int port) {}

  private static final String EXAMPLES =
      "Use tcp://HOST:PORT, tls://HOST:PORT, ws://HOST:PORT/PATH, wss://HOST:PORT/PATH or"
          + " unix:///PATH.";

  /** {@return where the properties say} */
  static ListenUris of(ServerProperties server) {
    boolean encrypted = server.ssl().bundle() != null;
    if (server.listen().isEmpty()) {
      @Nullable String host = server.address();
      return new ListenUris(
          encrypted ? "tls" : "tcp",
          List.of(new Address(host == null ? "0.0.0.0" : host, server.port())),
          "");
    }
    List<URI> uris = server.listen().stream().map(ListenUris::parse).toList();
    String scheme = uris.getFirst().getScheme();
    String path = uris.getFirst().getPath();
    for (URI uri : uris) {
      if (!uri.getScheme().equals(scheme) || !uri.getPath().equals(path)) {
        throw refused(
            "%s and %s have different schemes or paths".formatted(uris.getFirst(), uri),
            "Let the server listen on addresses of one kind, or build other servers yourself, with"
                + " RpcServer.over, as beans.");
      }
    }
    boolean wantsTls = scheme.equals("tls") || scheme.equals("wss");
    if (wantsTls && !encrypted) {
      throw refused(
          uris.getFirst() + " needs a certificate",
          "Set gannet.server.ssl.bundle to the name of an SSL bundle (spring.ssl.bundle.*).");
    }
    if (encrypted && !wantsTls && !scheme.equals("unix")) {
      throw refused(
          "gannet.server.ssl.bundle is set, but %s isn't encrypted".formatted(uris.getFirst()),
          "Write tls:// or wss://, or remove the bundle.");
    }
    if (scheme.equals("unix")) {
      if (uris.size() > 1) {
        throw refused("there is more than one Unix socket", "Listen on one.");
      }
      return new ListenUris(scheme, List.of(), path);
    }
    List<Address> addresses = new ArrayList<>();
    uris.forEach(uri -> addresses.add(new Address(host(uri), uri.getPort())));
    return new ListenUris(scheme, addresses, path);
  }

  private static URI parse(String text) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw refused("\"%s\" is not a URI".formatted(text), EXAMPLES);
    }
    String scheme = String.valueOf(uri.getScheme());
    boolean webSocket = scheme.equals("ws") || scheme.equals("wss");
    boolean fine =
        switch (scheme) {
          case "tcp", "tls", "ws", "wss" ->
              uri.getHost() != null
                  && uri.getPort() >= 0
                  && uri.getPort() <= 0xFFFF
                  && (webSocket || uri.getPath().isEmpty());
          case "unix" ->
              uri.getHost() == null && uri.getPath() != null && uri.getPath().length() > 1;
          default -> false;
        };
    if (!fine || uri.getQuery() != null || uri.getFragment() != null) {
      throw refused("\"%s\" is not an address to listen on".formatted(text), EXAMPLES);
    }
    return uri;
  }

  private static ConfigurationFailedException refused(String why, String action) {
    return new ConfigurationFailedException("gannet.server.listen: %s.".formatted(why), action);
  }

  private static String host(URI uri) {
    String host = uri.getHost();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  boolean isWebSocket() {
    return scheme.equals("ws") || scheme.equals("wss");
  }

  /** {@return whether connections are encrypted} */
  boolean isEncrypted() {
    return scheme.equals("tls") || scheme.equals("wss");
  }

  /** {@return a builder that listens on the first address} */
  ServerBuilder.NeedsCodec listen() {
    if (scheme.equals("unix")) {
      return Server.unix(path);
    }
    Address first = addresses.getFirst();
    if (!isWebSocket()) {
      return Server.tcp(first.host(), first.port());
    }
    WebSocketOptions options = WebSocketOptions.defaults();
    return Server.webSocket(
        first.host(), first.port(), path.length() > 1 ? options.withPaths(path) : options);
  }

  /** Adds the other addresses. */
  void listenAlso(ServerBuilder<?> builder) {
    addresses.stream().skip(1).forEach(each -> builder.alsoListen(each.host(), each.port()));
  }

  @Override
  public String toString() {
    return scheme.equals("unix")
        ? "unix://" + path
        : String.join(
            ", ",
            addresses.stream()
                .map(each -> "%s://%s:%d%s".formatted(scheme, each.host(), each.port(), path))
                .toList());
  }
}
