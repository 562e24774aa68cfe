package io.gannet.transport.internal;

import io.gannet.transport.Codec;
import io.gannet.transport.IpFilter;
import io.gannet.transport.Server;
import io.gannet.transport.ServerBuilder;
import io.gannet.transport.internal.loop.NettyEventLoops;
import io.gannet.transport.internal.session.Checks;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/** Builds TCP servers. */
final class TcpServerBuilder<M> extends AbstractEndpointBuilder<M, ServerBuilder<M>>
    implements ServerBuilder<M> {

  /** Where to listen. */
  record Address(String host, int port) {
    @Override
    public String toString() {
      return Addresses.format(host, port);
    }
  }

  /** Whom to accept. */
  record Admission(int maxSessions, int ratePerSecond, int burst, IpFilter filter) {}

  private final List<Address> addresses = new ArrayList<>();
  private int maxSessions;
  private int ratePerSecond;
  private int burst = 1;
  private IpFilter filter = peer -> true;

  TcpServerBuilder(Supplier<? extends Codec<M>> codecs) {
    super(codecs);
  }

  @Override
  ServerBuilder<M> self() {
    return this;
  }

  @Override
  public ServerBuilder<M> alsoListen(String host, int port) {
    Addresses.check(host, port, 0);
    addresses.add(new Address(host, port));
    return this;
  }

  @Override
  public ServerBuilder<M> maxSessions(int sessions) {
    maxSessions = Checks.notNegative(sessions, "maxSessions");
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
  public Server<M> start() {
    if (NettyEventLoops.onLoopThread()) {
      throw new IllegalStateException("a server can't be started on an I/O thread: binding waits");
    }
    TcpServer<M> server =
        new TcpServer<>(
            name(), settings(), loops(), new Admission(maxSessions, ratePerSecond, burst, filter));
    server.bind(List.copyOf(addresses));
    return server;
  }
}
