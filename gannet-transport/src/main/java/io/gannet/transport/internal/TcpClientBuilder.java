package io.gannet.transport.internal;

import io.gannet.transport.Backoff;
import io.gannet.transport.Client;
import io.gannet.transport.ClientBuilder;
import io.gannet.transport.Codec;
import io.gannet.transport.internal.session.Checks;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Builds TCP clients. */
final class TcpClientBuilder<M> extends AbstractEndpointBuilder<M, ClientBuilder<M>>
    implements ClientBuilder<M> {

  /** How to connect; no backoff means once and never again. */
  record Connecting(
      String host,
      int port,
      int connections,
      @Nullable Backoff backoff,
      Duration timeout,
      @Nullable InetSocketAddress local) {}

  private final String host;
  private final int port;
  private int connections = 1;
  private @Nullable Backoff backoff =
      Backoff.exponential(Duration.ofMillis(100), Duration.ofSeconds(30)).withFullJitter();
  private Duration connectTimeout = Duration.ofSeconds(3);
  private @Nullable InetSocketAddress local;

  TcpClientBuilder(Supplier<? extends Codec<M>> codecs, String host, int port) {
    super(codecs);
    this.host = host;
    this.port = port;
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
    return this;
  }

  @Override
  public Client<M> start() {
    TcpClient<M> client =
        new TcpClient<>(
            name(),
            settings(),
            loops(),
            new Connecting(host, port, connections, backoff, connectTimeout, local));
    client.start();
    return client;
  }
}
