package io.gannet.transport.internal;

import io.gannet.transport.ClientBuilder;
import io.gannet.transport.Codec;
import io.gannet.transport.Encoded;
import io.gannet.transport.EventLoops;
import io.gannet.transport.Io;
import io.gannet.transport.IpFilter;
import io.gannet.transport.Requests;
import io.gannet.transport.ServerBuilder;
import io.gannet.transport.Shutdown;
import io.gannet.transport.UdpOptions;
import io.gannet.transport.WebSocketOptions;
import io.gannet.transport.internal.loop.NettyEventLoops;
import io.gannet.transport.internal.process.ProcessShutdown;
import io.gannet.transport.internal.request.DefaultRequests;
import io.gannet.transport.internal.session.EncodedMessage;
import io.gannet.transport.internal.spi.TransportProvider;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Creates endpoints on Netty. */
public final class NettyTransportProvider implements TransportProvider {

  /** Called by the service loader. */
  public NettyTransportProvider() {}

  @Override
  public ServerBuilder.NeedsCodec tcpServer(String host, int port) {
    ListenAddress address = new TcpListenAddress(host, port);
    return server(
        new ServerBuilders() {
          @Override
          public <M> ServerBuilder<M> make(Supplier<? extends Codec<M>> codecs) {
            return new NettyServerBuilder<>("tcp", codecs, address);
          }
        });
  }

  @Override
  public ServerBuilder.NeedsCodec webSocketServer(String host, int port, WebSocketOptions options) {
    ListenAddress address = new TcpListenAddress(host, port);
    Objects.requireNonNull(options, "options");
    return server(
        new ServerBuilders() {
          @Override
          public <M> ServerBuilder<M> make(Supplier<? extends Codec<M>> codecs) {
            return new WebSocketServerBuilder<>(codecs, address, options);
          }
        });
  }

  @Override
  public ClientBuilder.NeedsCodec tcpClient(String host, int port) {
    Destination destination = new TcpDestination(host, port);
    return client(
        new ClientBuilders() {
          @Override
          public <M> ClientBuilder<M> make(Supplier<? extends Codec<M>> codecs) {
            return new NettyClientBuilder<>("tcp", codecs, destination);
          }
        });
  }

  @Override
  public ServerBuilder.NeedsCodec unixServer(String name) {
    ListenAddress address = new UnixListenAddress(name);
    return server(
        new ServerBuilders() {
          @Override
          public <M> ServerBuilder<M> make(Supplier<? extends Codec<M>> codecs) {
            return new NettyServerBuilder<>("unix", codecs, address);
          }
        });
  }

  @Override
  public ClientBuilder.NeedsCodec unixClient(String name) {
    Destination destination = new UnixDestination(name);
    return client(
        new ClientBuilders() {
          @Override
          public <M> ClientBuilder<M> make(Supplier<? extends Codec<M>> codecs) {
            return new NettyClientBuilder<>("unix", codecs, destination);
          }
        });
  }

  @Override
  public ServerBuilder.NeedsCodec udpServer(String host, int port, UdpOptions options) {
    Addresses.check(host, port, 0);
    Objects.requireNonNull(options, "options");
    return server(
        new ServerBuilders() {
          @Override
          public <M> ServerBuilder<M> make(Supplier<? extends Codec<M>> codecs) {
            return new UdpServerBuilder<>(codecs, host, port, options);
          }

          @Override
          public boolean isReliable() {
            return false;
          }
        });
  }

  @Override
  public ClientBuilder.NeedsCodec udpClient(String host, int port, UdpOptions options) {
    UdpDestination destination = new UdpDestination(host, port, options);
    return client(
        new ClientBuilders() {
          @Override
          public <M> ClientBuilder<M> make(Supplier<? extends Codec<M>> codecs) {
            return new UdpClientBuilder<>(codecs, destination);
          }

          @Override
          public boolean isReliable() {
            return false;
          }
        });
  }

  @Override
  public ClientBuilder.NeedsCodec webSocketClient(URI uri, WebSocketOptions options) {
    WebSocketClientBuilder.destination(uri); // checks the URI
    Objects.requireNonNull(options, "options");
    return client(
        new ClientBuilders() {
          @Override
          public <M> ClientBuilder<M> make(Supplier<? extends Codec<M>> codecs) {
            return new WebSocketClientBuilder<>(codecs, uri, options);
          }
        });
  }

  /** Creates builders once the message type is known. */
  private interface ServerBuilders {
    <M> ServerBuilder<M> make(Supplier<? extends Codec<M>> codecs);

    default boolean isReliable() {
      return true;
    }
  }

  /** Creates builders once the message type is known. */
  private interface ClientBuilders {
    <M> ClientBuilder<M> make(Supplier<? extends Codec<M>> codecs);

    default boolean isReliable() {
      return true;
    }
  }

  private static ServerBuilder.NeedsCodec server(ServerBuilders builders) {
    return new ServerBuilder.NeedsCodec() {
      @Override
      public <M> ServerBuilder<M> codec(Codec<M> codec) {
        Objects.requireNonNull(codec, "codec");
        return codecPerSession(() -> codec);
      }

      @Override
      public <M> ServerBuilder<M> codecPerSession(Supplier<? extends Codec<M>> factory) {
        return builders.make(factory);
      }

      @Override
      public boolean isReliable() {
        return builders.isReliable();
      }
    };
  }

  private static ClientBuilder.NeedsCodec client(ClientBuilders builders) {
    return new ClientBuilder.NeedsCodec() {
      @Override
      public <M> ClientBuilder<M> codec(Codec<M> codec) {
        Objects.requireNonNull(codec, "codec");
        return codecPerSession(() -> codec);
      }

      @Override
      public <M> ClientBuilder<M> codecPerSession(Supplier<? extends Codec<M>> factory) {
        return builders.make(factory);
      }

      @Override
      public boolean isReliable() {
        return builders.isReliable();
      }
    };
  }

  @Override
  public <M> Encoded<M> encode(Codec<M> codec, M message) {
    return EncodedMessage.encode(codec, message);
  }

  @Override
  public <M> Requests<M> requests(
      @Nullable Function<? super M, ?> keyOfRequest,
      @Nullable Function<? super M, ? extends @Nullable Object> keyOfMessage) {
    return new DefaultRequests<>(keyOfRequest, keyOfMessage);
  }

  @Override
  public Shutdown shutdown(Duration grace, List<AutoCloseable> inOrder) {
    return ProcessShutdown.install(grace, inOrder);
  }

  @Override
  public EventLoops eventLoops(Io io, int threads) {
    return new NettyEventLoops(io, threads);
  }

  @Override
  public boolean isIoThread() {
    return NettyEventLoops.onLoopThread();
  }

  @Override
  public IpFilter networks(String... networks) {
    return new NetworkFilter(networks);
  }
}
