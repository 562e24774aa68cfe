package io.gannet.transport.internal;

import io.gannet.transport.ClientBuilder;
import io.gannet.transport.Codec;
import io.gannet.transport.EventLoops;
import io.gannet.transport.Io;
import io.gannet.transport.IpFilter;
import io.gannet.transport.ServerBuilder;
import io.gannet.transport.TransportProvider;
import io.gannet.transport.internal.loop.NettyEventLoops;
import java.util.Objects;
import java.util.function.Supplier;

/** Makes endpoints on Netty. */
public final class NettyTransportProvider implements TransportProvider {

  /** Called by the service loader. */
  public NettyTransportProvider() {}

  @Override
  public ServerBuilder.NeedsCodec tcpServer(String host, int port) {
    return server("tcp", new TcpListenAddress(host, port));
  }

  @Override
  public ClientBuilder.NeedsCodec tcpClient(String host, int port) {
    return client("tcp", new TcpDestination(host, port));
  }

  @Override
  public ServerBuilder.NeedsCodec unixServer(String name) {
    return server("unix", new UnixListenAddress(name));
  }

  @Override
  public ClientBuilder.NeedsCodec unixClient(String name) {
    return client("unix", new UnixDestination(name));
  }

  private static ServerBuilder.NeedsCodec server(String scheme, ListenAddress address) {
    return new ServerBuilder.NeedsCodec() {
      @Override
      public <M> ServerBuilder<M> codec(Codec<M> codec) {
        Objects.requireNonNull(codec, "codec");
        return codecPerSession(() -> codec);
      }

      @Override
      public <M> ServerBuilder<M> codecPerSession(Supplier<? extends Codec<M>> factory) {
        return new StreamServerBuilder<>(scheme, factory, address);
      }
    };
  }

  private static ClientBuilder.NeedsCodec client(String scheme, Destination destination) {
    return new ClientBuilder.NeedsCodec() {
      @Override
      public <M> ClientBuilder<M> codec(Codec<M> codec) {
        Objects.requireNonNull(codec, "codec");
        return codecPerSession(() -> codec);
      }

      @Override
      public <M> ClientBuilder<M> codecPerSession(Supplier<? extends Codec<M>> factory) {
        return new StreamClientBuilder<>(scheme, factory, destination);
      }
    };
  }

  @Override
  public EventLoops eventLoops(Io io, int threads) {
    return new NettyEventLoops(io, threads);
  }

  @Override
  public IpFilter networks(String... networks) {
    return new NetworkFilter(networks);
  }
}
