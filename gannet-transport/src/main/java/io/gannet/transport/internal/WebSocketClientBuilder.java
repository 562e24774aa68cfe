package io.gannet.transport.internal;

import io.gannet.transport.ClientBuilder;
import io.gannet.transport.ClientTls;
import io.gannet.transport.Codec;
import io.gannet.transport.Compression;
import io.gannet.transport.WebSocketOptions;
import io.gannet.transport.internal.session.Layer;
import io.gannet.transport.internal.session.SessionSettings;
import io.gannet.transport.internal.websocket.ClientLayer;
import io.gannet.transport.internal.websocket.UriAuthority;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** Builds WebSocket clients. */
final class WebSocketClientBuilder<M> extends NettyClientBuilder<M> {

  private final URI uri;
  private final WebSocketOptions options;

  WebSocketClientBuilder(Supplier<? extends Codec<M>> codecs, URI uri, WebSocketOptions options) {
    super("ws", codecs, destination(uri));
    this.uri = uri;
    this.options = options;
    if (isEncrypted(uri)) {
      super.tls(ClientTls.systemTrust());
    }
  }

  /** Checks a URI, and returns its destination. */
  static TcpDestination destination(URI uri) {
    if (!UriAuthority.scheme(uri).equals("ws") && !isEncrypted(uri)) {
      throw new IllegalArgumentException("not a URI of the scheme ws or wss: " + uri);
    }
    UriAuthority authority = UriAuthority.of(uri);
    if (authority == null || uri.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "the URI must have the form ws://host:port/path?query: " + uri);
    }
    return new TcpDestination(authority.host(), authority.port());
  }

  private static boolean isEncrypted(URI uri) {
    return UriAuthority.scheme(uri).equals("wss");
  }

  @Override
  public ClientBuilder<M> tls(ClientTls value) {
    if (!isEncrypted(uri)) {
      throw new IllegalStateException(
          "tls(...) contradicts %s, which is not encrypted: connect to wss://".formatted(uri));
    }
    return super.tls(value);
  }

  @Override
  boolean hasPings() {
    return true;
  }

  @Override
  public ClientBuilder<M> compression(Compression value) {
    throw new UnsupportedOperationException(
        "WebSocket has a compression of its own: WebSocketOptions.withCompression()");
  }

  @Override
  public void addLayer(Function<String, Layer> layer, String applicationProtocol) {
    throw new IllegalArgumentException(
        "the protocol %s can't be used inside WebSocket: use Client.tcp or Client.unix"
            .formatted(applicationProtocol));
  }

  @Override
  List<Layer> layers(SessionSettings<M> settings) {
    List<Layer> layers = new ArrayList<>(super.layers(settings));
    layers.add(new ClientLayer(uri, options, settings.maxMessageSize()));
    return layers;
  }
}
