package io.gannet.transport.internal.spi;

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
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Creates the implementations of the interfaces of {@code io.gannet.transport}, so that the package
 * doesn't depend on them. Found by {@link ServiceLoader}.
 */
public interface TransportProvider {

  /** {@return the provider} */
  static TransportProvider load() {
    // Holds the provider, which is loaded on first use.
    class Holder {
      static final TransportProvider PROVIDER =
          ServiceLoader.load(TransportProvider.class, TransportProvider.class.getClassLoader())
              .findFirst()
              .orElseThrow(() ->
                  new IllegalStateException(
                      "gannet-transport is incomplete: META-INF/services lacks "
                          + TransportProvider.class.getName()
                          + "; jars that are merged must keep this directory"));
    }
    return Holder.PROVIDER;
  }

  /**
   * Creates a builder of a TCP server.
   *
   * @param host the address to listen on
   * @param port the port to listen on
   * @return a builder
   */
  ServerBuilder.NeedsCodec tcpServer(String host, int port);

  /**
   * Creates a builder of a TCP client.
   *
   * @param host the host to connect to
   * @param port the port to connect to
   * @return a builder
   */
  ClientBuilder.NeedsCodec tcpClient(String host, int port);

  /**
   * Creates a builder of a server on a Unix socket.
   *
   * @param name a path, or an abstract name after an {@code @}
   * @return a builder
   */
  ServerBuilder.NeedsCodec unixServer(String name);

  /**
   * Creates a builder of a client of a Unix socket.
   *
   * @param name a path, or an abstract name after an {@code @}
   * @return a builder
   */
  ClientBuilder.NeedsCodec unixClient(String name);

  /**
   * Creates a builder of a WebSocket server.
   *
   * @param host the address to listen on
   * @param port the port to listen on
   * @param options how the server uses WebSocket
   * @return a builder
   */
  ServerBuilder.NeedsCodec webSocketServer(String host, int port, WebSocketOptions options);

  /**
   * Creates a builder of a WebSocket client.
   *
   * @param uri the URI to connect to
   * @param options how the client uses WebSocket
   * @return a builder
   */
  ClientBuilder.NeedsCodec webSocketClient(URI uri, WebSocketOptions options);

  /**
   * Creates a builder of a UDP server.
   *
   * @param host the address to listen on
   * @param port the port to listen on
   * @param options how the server uses UDP
   * @return a builder
   */
  ServerBuilder.NeedsCodec udpServer(String host, int port, UdpOptions options);

  /**
   * Creates a builder of a UDP client.
   *
   * @param host the host to send to
   * @param port the port to send to
   * @param options how the client uses UDP
   * @return a builder
   */
  ClientBuilder.NeedsCodec udpClient(String host, int port, UdpOptions options);

  /**
   * Encodes a message without a session.
   *
   * @param codec the codec
   * @param message the message
   * @param <M> the type of the message
   * @return the encoded message
   */
  <M> Encoded<M> encode(Codec<M> codec, M message);

  /**
   * Creates an object that matches responses to requests.
   *
   * @param keyOfRequest returns the key of a request; null if responses arrive in order
   * @param keyOfMessage returns the key of a message; null if responses arrive in order
   * @param <M> the type of the messages
   * @return requests with the default settings
   */
  <M> Requests<M> requests(
      @Nullable Function<? super M, ?> keyOfRequest,
      @Nullable Function<? super M, ? extends @Nullable Object> keyOfMessage);

  /**
   * Registers a shutdown.
   *
   * @param grace the maximum duration
   * @param inOrder the resources to close
   * @return a handle that starts the shutdown in another way, or unregisters it
   */
  Shutdown shutdown(Duration grace, List<AutoCloseable> inOrder);

  /**
   * Starts I/O threads.
   *
   * @param io the I/O mechanism
   * @param threads the number of threads; 0 for one per processor
   * @return the threads
   */
  EventLoops eventLoops(Io io, int threads);

  /** {@return whether the current thread is an I/O thread} */
  boolean isIoThread();

  /**
   * Creates a filter that accepts some networks.
   *
   * @param networks addresses or networks in CIDR notation
   * @return the filter
   */
  IpFilter networks(String... networks);
}
