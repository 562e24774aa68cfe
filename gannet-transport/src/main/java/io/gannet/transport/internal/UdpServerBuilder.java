package io.gannet.transport.internal;

import io.gannet.transport.Codec;
import io.gannet.transport.Compression;
import io.gannet.transport.ProxyProtocol;
import io.gannet.transport.ServerBuilder;
import io.gannet.transport.ServerTls;
import io.gannet.transport.UdpOptions;
import io.gannet.transport.internal.udp.DatagramLayer;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Builds UDP servers. Their sessions are the addresses from which they have recently received
 * datagrams.
 */
final class UdpServerBuilder<M> extends NettyServerBuilder<M> {

  private static final int DEFAULT_MAX_SESSIONS = 65_536;
  private static final Duration DEFAULT_IDLE = Duration.ofMinutes(1);

  private final UdpOptions options;

  UdpServerBuilder(Supplier<? extends Codec<M>> codecs, String host, int port, UdpOptions options) {
    super("udp", codecs, new UdpListenAddress(host, port, options));
    this.options = options;
    super.maxMessageSize(DatagramLayer.LARGEST_MESSAGE);
    maxSessions(DEFAULT_MAX_SESSIONS);
    readIdleTimeout(DEFAULT_IDLE);
  }

  @Override
  ListenAddress address(String host, int port) {
    return new UdpListenAddress(host, port, options);
  }

  @Override
  public ServerBuilder<M> maxMessageSize(int bytes) {
    return super.maxMessageSize(DatagramLayer.checkMessageSize(bytes));
  }

  @Override
  public ServerBuilder<M> compression(Compression value) {
    throw UdpClientBuilder.onStreamsOnly("compression");
  }

  @Override
  public ServerBuilder<M> tls(ServerTls value) {
    throw UdpClientBuilder.onStreamsOnly("tls");
  }

  @Override
  public ServerBuilder<M> proxyProtocol(ProxyProtocol value) {
    throw UdpClientBuilder.onStreamsOnly("proxyProtocol");
  }
}
