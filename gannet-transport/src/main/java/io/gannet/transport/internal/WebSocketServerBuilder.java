package io.gannet.transport.internal;

import io.gannet.transport.Codec;
import io.gannet.transport.Compression;
import io.gannet.transport.ForwardedHeaders;
import io.gannet.transport.ServerBuilder;
import io.gannet.transport.WebSocketOptions;
import io.gannet.transport.internal.session.AddressCheck;
import io.gannet.transport.internal.session.Layer;
import io.gannet.transport.internal.session.SessionSettings;
import io.gannet.transport.internal.websocket.ForwardedLayer;
import io.gannet.transport.internal.websocket.ServerLayer;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Builds WebSocket servers. */
final class WebSocketServerBuilder<M> extends NettyServerBuilder<M> {

  private final WebSocketOptions options;
  private @Nullable ForwardedHeaders forwarded;

  WebSocketServerBuilder(
      Supplier<? extends Codec<M>> codecs, ListenAddress address, WebSocketOptions options) {
    super("ws", codecs, address);
    this.options = options;
  }

  @Override
  boolean hasPings() {
    return true;
  }

  @Override
  public void addLayer(Layer layer, List<String> names) {
    throw new IllegalArgumentException(
        "this protocol, or several, can't be used inside WebSocket: use Server.tcp or Server.unix");
  }

  @Override
  public ServerBuilder<M> compression(Compression value) {
    throw new UnsupportedOperationException(
        "WebSocket has a compression of its own: WebSocketOptions.withCompression()");
  }

  @Override
  public ServerBuilder<M> forwardedHeaders(ForwardedHeaders value) {
    forwarded = Objects.requireNonNull(value, "forwardedHeaders");
    return this;
  }

  @Override
  boolean tellsClients(InetSocketAddress peer) {
    return forwarded != null && forwarded.trusted().accepts(peer);
  }

  @Override
  List<Layer> layers(SessionSettings<M> settings) {
    List<Layer> layers = new ArrayList<>(super.layers(settings));
    layers.add(
        new ServerLayer(
            options, Set.copyOf(options.paths()), settings.maxMessageSize(), settings.failures()));
    if (forwarded != null) {
      layers.add(
          new ForwardedLayer(
              forwarded.header(),
              new AddressCheck(forwarded.trusted(), settings.failures()),
              clients(settings)));
    }
    return layers;
  }
}
