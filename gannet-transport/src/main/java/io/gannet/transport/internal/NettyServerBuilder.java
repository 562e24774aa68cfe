package io.gannet.transport.internal;

import io.gannet.transport.Codec;
import io.gannet.transport.ForwardedHeaders;
import io.gannet.transport.IpFilter;
import io.gannet.transport.ProxyProtocol;
import io.gannet.transport.Server;
import io.gannet.transport.ServerBuilder;
import io.gannet.transport.ServerTls;
import io.gannet.transport.internal.compression.CompressionLayer;
import io.gannet.transport.internal.loop.NettyEventLoops;
import io.gannet.transport.internal.proxy.ProxyLayer;
import io.gannet.transport.internal.session.AddressCheck;
import io.gannet.transport.internal.session.Checks;
import io.gannet.transport.internal.session.Layer;
import io.gannet.transport.internal.session.LayeredBuilder;
import io.gannet.transport.internal.session.SessionSettings;
import io.gannet.transport.internal.tls.TlsLayer;
import java.net.InetSocketAddress;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Builds servers. */
class NettyServerBuilder<M> extends AbstractEndpointBuilder<M, ServerBuilder<M>>
    implements ServerBuilder<M>, LayeredBuilder {

  /**
   * The limits on accepted connections.
   *
   * @param check who may connect
   * @param proxies the peers that tell the addresses of their clients
   */
  record Admission(
      int maxSessions,
      int maxSessionsPerAddress,
      int ratePerSecond,
      int burst,
      AddressCheck check,
      AddressCheck proxies) {}

  private final String scheme;
  private final List<ListenAddress> addresses = new ArrayList<>();

  private @Nullable Set<PosixFilePermission> unixPermissions;
  private @Nullable ProxyProtocol proxyProtocol;
  private @Nullable ServerTls tls;
  private @Nullable Layer protocol;
  private List<String> applicationProtocols = List.of();
  private int maxSessions;
  private int maxSessionsPerAddress;
  private int ratePerSecond;
  private int burst = 1;
  private IpFilter filter = peer -> true;

  NettyServerBuilder(String scheme, Supplier<? extends Codec<M>> codecs, ListenAddress address) {
    super(codecs);
    this.scheme = scheme;
    this.addresses.add(address);
  }

  @Override
  ServerBuilder<M> self() {
    return this;
  }

  @Override
  public ServerBuilder<M> alsoListen(String host, int port) {
    addresses.add(address(host, port));
    return this;
  }

  /** {@return a further address to listen on} */
  ListenAddress address(String host, int port) {
    return new TcpListenAddress(host, port);
  }

  @Override
  public ServerBuilder<M> maxSessions(int sessions) {
    maxSessions = Checks.notNegative(sessions, "maxSessions");
    return this;
  }

  @Override
  public ServerBuilder<M> maxSessionsPerAddress(int sessions) {
    maxSessionsPerAddress = Checks.notNegative(sessions, "maxSessionsPerAddress");
    return this;
  }

  @Override
  public ServerBuilder<M> acceptRate(int perSecond, int atOnce) {
    ratePerSecond = Checks.notNegative(perSecond, "acceptRate perSecond");
    burst = Checks.positive(atOnce, "acceptRate burst");
    return this;
  }

  @Override
  public ServerBuilder<M> ipFilter(IpFilter value) {
    filter = Objects.requireNonNull(value, "ipFilter");
    return this;
  }

  @Override
  public ServerBuilder<M> proxyProtocol(ProxyProtocol value) {
    proxyProtocol = Objects.requireNonNull(value, "proxyProtocol");
    return this;
  }

  @Override
  public ServerBuilder<M> tls(ServerTls value) {
    tls = Objects.requireNonNull(value, "tls");
    return this;
  }

  @Override
  public void addLayer(Layer layer, List<String> names) {
    protocol = layer;
    applicationProtocols = List.copyOf(names);
  }

  @Override
  public ServerBuilder<M> unixPermissions(String permissions) {
    unixPermissions = PosixFilePermissions.fromString(permissions);
    return this;
  }

  @Override
  public ServerBuilder<M> forwardedHeaders(ForwardedHeaders value) {
    throw new UnsupportedOperationException(
        "forwardedHeaders is only for WebSocket: other transports have no HTTP headers");
  }

  /**
   * {@return whether the peer's request contains the address of the client, so that the filter must
   * wait for it}
   */
  boolean tellsClients(InetSocketAddress peer) {
    return false;
  }

  /** {@return the check of clients' addresses} */
  AddressCheck clients(SessionSettings<M> settings) {
    return new AddressCheck(filter, settings.failures());
  }

  /**
   * Accepts proxies without a check, because their clients are checked once the addresses are
   * known.
   */
  private boolean mayConnect(InetSocketAddress peer) {
    return isProxy(peer) || filter.accepts(peer);
  }

  private boolean isProxy(InetSocketAddress peer) {
    return (proxyProtocol != null && proxyProtocol.trusted().accepts(peer)) || tellsClients(peer);
  }

  /**
   * {@return the layers between the socket and the session, starting at the socket}
   *
   * @param settings the settings that the sessions share
   */
  List<Layer> layers(SessionSettings<M> settings) {
    List<Layer> layers = new ArrayList<>();
    if (proxyProtocol != null) {
      layers.add(
          new ProxyLayer(
              proxyProtocol.required(),
              new AddressCheck(proxyProtocol.trusted(), settings.failures()),
              new AddressCheck(
                  peer -> tellsClients(peer) || filter.accepts(peer), settings.failures()),
              time()));
    }
    if (tls != null) {
      layers.add(TlsLayer.server(tls, applicationProtocols, time()));
    }
    if (compression() != null) {
      if (protocol != null) {
        throw new IllegalStateException(
            "compression can't be set: the RPC protocols of this server compress their messages"
                + " themselves");
      }
      layers.add(new CompressionLayer(compression()));
    }
    if (protocol != null) {
      layers.add(protocol);
    }
    return layers;
  }

  @Override
  public Server<M> start() {
    if (NettyEventLoops.onLoopThread()) {
      throw new IllegalStateException(
          "a server must not be started on an I/O thread: binding blocks");
    }
    SessionSettings<M> settings = settings();
    // The configured address, because a random port would create new metrics at each start.
    String name = name() != null ? name() : scheme + "-server-" + addresses.getFirst();
    NettyServer<M> server =
        new NettyServer<>(
            name,
            settings,
            loops(),
            layers(settings),
            new Admission(
                maxSessions,
                maxSessionsPerAddress,
                ratePerSecond,
                burst,
                new AddressCheck(this::mayConnect, settings.failures()),
                new AddressCheck(this::isProxy, settings.failures())),
            unixPermissions);
    server.bind(List.copyOf(addresses));
    return server;
  }
}
