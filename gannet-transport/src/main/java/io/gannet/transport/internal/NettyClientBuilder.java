package io.gannet.transport.internal;

import io.gannet.transport.Backoff;
import io.gannet.transport.Client;
import io.gannet.transport.ClientBuilder;
import io.gannet.transport.ClientProxy;
import io.gannet.transport.ClientTls;
import io.gannet.transport.Codec;
import io.gannet.transport.internal.compression.CompressionLayer;
import io.gannet.transport.internal.session.Checks;
import io.gannet.transport.internal.session.Layer;
import io.gannet.transport.internal.session.LayeredClientBuilder;
import io.gannet.transport.internal.session.SessionSettings;
import io.gannet.transport.internal.tls.TlsLayer;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Builds clients. */
class NettyClientBuilder<M> extends AbstractEndpointBuilder<M, ClientBuilder<M>>
    implements ClientBuilder<M>, LayeredClientBuilder {

  /** The settings for connecting; without a backoff, sessions are opened only once. */
  record ConnectSettings(
      String scheme,
      Destination destination,
      List<Layer> layers,
      int connections,
      @Nullable Backoff backoff,
      Duration timeout,
      @Nullable InetSocketAddress local,
      boolean awaitsReady) {}

  private final String scheme;
  private final Destination destination;
  private int connections = 1;
  private @Nullable Backoff backoff =
      Backoff.exponential(Duration.ofMillis(100), Duration.ofSeconds(30)).withFullJitter();
  private Duration connectTimeout = Duration.ofSeconds(3);
  private @Nullable InetSocketAddress local;
  private @Nullable ClientTls tls;
  private @Nullable Function<String, Layer> protocol;
  private @Nullable String applicationProtocol;
  private boolean awaitsReady;
  private @Nullable ClientProxy proxy;

  NettyClientBuilder(String scheme, Supplier<? extends Codec<M>> codecs, Destination destination) {
    super(codecs);
    this.scheme = scheme;
    this.destination = destination;
  }

  @Override
  ClientBuilder<M> self() {
    return this;
  }

  @Override
  public ClientBuilder<M> connections(int count) {
    connections = Checks.positive(count, "connections");
    return this;
  }

  @Override
  public ClientBuilder<M> reconnect(Backoff value) {
    backoff = Objects.requireNonNull(value, "reconnect");
    return this;
  }

  @Override
  public ClientBuilder<M> noReconnect() {
    backoff = null;
    return this;
  }

  @Override
  public ClientBuilder<M> tls(ClientTls value) {
    tls = Objects.requireNonNull(value, "tls");
    return this;
  }

  @Override
  public void addLayer(Function<String, Layer> layer, String name) {
    protocol = layer;
    applicationProtocol = name;
  }

  /** Returns the authority that the client connects to: with TLS, that of the requested name. */
  private String authority() {
    String host = destination.host();
    if (host == null) {
      return "localhost"; // a Unix socket has no name that HTTP allows
    }
    String name = tls == null ? null : tls.serverName();
    return name == null || !(destination instanceof TcpDestination target)
        ? destination.toString()
        : Addresses.format(name, target.port());
  }

  @Override
  public ClientBuilder<M> connectTimeout(Duration timeout) {
    if (timeout.toMillis() < 1 || timeout.toMillis() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "connectTimeout must be 1 ms to %d ms: %s".formatted(Integer.MAX_VALUE, timeout));
    }
    connectTimeout = timeout;
    return this;
  }

  @Override
  public ClientBuilder<M> localAddress(String localHost, int localPort) {
    Addresses.check(localHost, localPort, 0);
    local = new InetSocketAddress(localHost, localPort);
    if (local.isUnresolved()) {
      throw new IllegalArgumentException("localAddress is an unknown host name: " + localHost);
    }
    return this;
  }

  @Override
  public ClientBuilder<M> proxy(ClientProxy value) {
    if (!(destination instanceof TcpDestination)) {
      throw new UnsupportedOperationException(
          "a proxy is for TCP, TLS and WebSocket, not for %s://%s".formatted(scheme, destination));
    }
    proxy = Objects.requireNonNull(value, "proxy");
    return this;
  }

  @Override
  public ClientBuilder<M> awaitReady() {
    awaitsReady = true;
    return this;
  }

  /**
   * {@return the layers between the socket and the session, starting at the socket}
   *
   * @param settings the settings that the sessions share
   */
  List<Layer> layers(SessionSettings<M> settings) {
    List<Layer> layers = new ArrayList<>();
    if (tls != null) {
      layers.add(
          TlsLayer.client(
              tls,
              destination.host(),
              applicationProtocol == null ? List.of() : List.of(applicationProtocol),
              time()));
    }
    if (compression() != null) {
      if (protocol != null) {
        throw new IllegalStateException(
            "compression can't be set: the protocol %s compresses its messages itself"
                .formatted(applicationProtocol));
      }
      layers.add(new CompressionLayer(compression()));
    }
    if (protocol != null) {
      layers.add(protocol.apply(authority()));
    }
    return layers;
  }

  @Override
  public Client<M> start() {
    if (connections > 1 && local != null && local.getPort() != 0) {
      throw new IllegalStateException(
          "%d connections can't share the port %d of localAddress: use port 0, or one connection"
              .formatted(connections, local.getPort()));
    }
    SessionSettings<M> settings = settings();
    NettyClient<M> client =
        new NettyClient<>(
            name(),
            settings,
            loops(),
            new ConnectSettings(
                scheme,
                proxy != null && destination instanceof TcpDestination target
                    ? new ProxiedDestination(target, proxy)
                    : destination,
                layers(settings),
                connections,
                backoff,
                connectTimeout,
                local,
                awaitsReady));
    client.start();
    return client;
  }
}
