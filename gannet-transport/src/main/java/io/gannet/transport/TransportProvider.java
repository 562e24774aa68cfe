package io.gannet.transport;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes the objects behind the interfaces of this package, so that it needs to know none of them.
 * Found by {@link ServiceLoader}; implemented by this library, and not meant to be implemented
 * elsewhere.
 */
public interface TransportProvider {

  /**
   * {@return the provider}
   */
  static TransportProvider load() {
    // Holds the provider once it has been asked for.
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
   * Begins to build a TCP server.
   *
   * @param host where to listen
   * @param port where to listen
   * @return a builder
   */
  ServerBuilder.NeedsCodec tcpServer(String host, int port);

  /**
   * Begins to build a TCP client.
   *
   * @param host where to connect
   * @param port where to connect
   * @return a builder
   */
  ClientBuilder.NeedsCodec tcpClient(String host, int port);

  /**
   * Begins to build a server on a Unix socket.
   *
   * @param name a path, or an abstract name behind an {@code @}
   * @return a builder
   */
  ServerBuilder.NeedsCodec unixServer(String name);

  /**
   * Begins to build a client of a Unix socket.
   *
   * @param name a path, or an abstract name behind an {@code @}
   * @return a builder
   */
  ClientBuilder.NeedsCodec unixClient(String name);

  /**
   * Begins to build a WebSocket server.
   *
   * @param host where to listen
   * @param port where to listen
   * @param options how it speaks WebSocket
   * @return a builder
   */
  ServerBuilder.NeedsCodec webSocketServer(String host, int port, WebSocketOptions options);

  /**
   * Begins to build a WebSocket client.
   *
   * @param uri where to connect
   * @param options how it speaks WebSocket
   * @return a builder
   */
  ClientBuilder.NeedsCodec webSocketClient(URI uri, WebSocketOptions options);

  /**
   * Begins to build a UDP server.
   *
   * @param host where to listen
   * @param port where to listen
   * @param options how it uses UDP
   * @return a builder
   */
  ServerBuilder.NeedsCodec udpServer(String host, int port, UdpOptions options);

  /**
   * Begins to build a UDP client.
   *
   * @param host where to send
   * @param port where to send
   * @param options how it uses UDP
   * @return a builder
   */
  ClientBuilder.NeedsCodec udpClient(String host, int port, UdpOptions options);

  /**
   * Encodes a message without a session.
   *
   * @param codec the codec
   * @param message the message
   * @param <M> the type of the message
   * @return its bytes
   */
  <M> Encoded<M> encode(Codec<M> codec, M message);

  /**
   * Makes what matches answers to requests.
   *
   * @param keyOfRequest gives the key of a request, or null for answers in order
   * @param keyOfMessage gives the key of a message, or null for answers in order
   * @param <M> the type of the messages
   * @return with the default settings
   */
  <M> Requests<M> requests(
      @Nullable Function<? super M, ?> keyOfRequest,
      @Nullable Function<? super M, ? extends @Nullable Object> keyOfMessage);

  /**
   * Waits for the process to be told to end.
   *
   * @param grace how long all may take
   * @param inOrder what to close then
   * @return to begin it in another way, or to take it back
   */
  Shutdown shutdown(Duration grace, List<AutoCloseable> inOrder);

  /**
   * Starts I/O threads.
   *
   * @param io how to move bytes
   * @param threads how many; 0 for one for each processor
   * @return the threads
   */
  EventLoops eventLoops(Io io, int threads);

  /**
   * {@return whether the current thread is an I/O thread}
   */
  boolean isIoThread();

  /**
   * Makes a filter that accepts some networks.
   *
   * @param networks addresses or networks in CIDR notation
   * @return the filter
   */
  IpFilter networks(String... networks);
}
