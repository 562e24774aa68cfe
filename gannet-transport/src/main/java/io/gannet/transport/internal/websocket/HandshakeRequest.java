package io.gannet.transport.internal.websocket;

import io.gannet.transport.WebSocketHandshake;
import io.gannet.transport.internal.text.PeerText;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.net.SocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A request for a WebSocket. Immutable. */
record HandshakeRequest(
    String path,
    String query,
    HttpHeaders sent,
    @Nullable String chosen,
    SocketAddress remoteAddress)
    implements WebSocketHandshake {

  static HandshakeRequest of(
      RequestTarget target,
      HttpHeaders sent,
      @Nullable String chosen,
      SocketAddress remoteAddress) {
    return new HandshakeRequest(target.path(), target.query(), sent, chosen, remoteAddress);
  }

  /** Without query and headers, which may contain secrets. */
  @Override
  public String toString() {
    return "WebSocketHandshake[path=%s, subprotocol=%s, remoteAddress=%s]"
        .formatted(PeerText.escape(path), chosen, remoteAddress);
  }

  @Override
  public Optional<String> parameter(String name) {
    List<String> values = new QueryStringDecoder(query, false).parameters().get(name);
    return values == null ? Optional.empty() : Optional.of(values.getFirst());
  }

  @Override
  public Optional<String> header(String name) {
    return Optional.ofNullable(sent.get(name));
  }

  @Override
  public List<String> headers(String name) {
    return sent.getAll(name);
  }

  @Override
  public Set<String> headerNames() {
    return sent.names().stream()
        .map(name -> name.toLowerCase(Locale.ROOT))
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public Optional<String> subprotocol() {
    return Optional.ofNullable(chosen);
  }
}
