package io.gannet.transport.internal.tls;

import io.gannet.transport.ClientTls;
import io.gannet.transport.ServerTls;
import io.gannet.transport.TimeSource;
import io.gannet.transport.TlsIdentity;
import io.gannet.transport.TransportException;
import io.gannet.transport.internal.session.ConnectionContext;
import io.gannet.transport.internal.session.Layer;
import io.netty.channel.ChannelPipeline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts connections. Netty uses netty-tcnative if it is on the class path, and the JDK's engine
 * otherwise. The setup changes when files change, see {@link Renewed}, and when users replace the
 * settings.
 */
public final class TlsLayer implements Layer {

  /** The current settings, and the context to compare the next settings with. */
  private record Use(@Nullable SSLContext context, Renewed<TlsSetup> setup) {}

  private final @Nullable String host;

  /** The protocols that are always negotiated. */
  private final List<String> protocols;

  private final TimeSource time;
  private volatile Use use;

  private TlsLayer(@Nullable String host, List<String> protocols, TimeSource time, Use use) {
    this.host = host;
    this.protocols = protocols;
    this.time = time;
    this.use = use;
  }

  /**
   * Creates the layer of a server.
   *
   * @param tls the settings
   * @param protocols the application protocols that are negotiated in addition to those of the
   *     settings, and preferred to them
   * @param time the time source for the period of checks
   * @throws TransportException if a file can't be used
   */
  public static TlsLayer server(ServerTls tls, List<String> protocols, TimeSource time) {
    return new TlsLayer(null, protocols, time, use(negotiating(tls, protocols), time));
  }

  private static ServerTls negotiating(ServerTls tls, List<String> protocols) {
    return tls.applicationProtocols().containsAll(protocols)
        ? tls
        : tls.withApplicationProtocols(with(protocols, tls.applicationProtocols()));
  }

  private static ClientTls negotiating(ClientTls tls, List<String> protocols) {
    return tls.applicationProtocols().containsAll(protocols)
        ? tls
        : tls.withApplicationProtocols(with(protocols, tls.applicationProtocols()));
  }

  private static String[] with(List<String> protocols, List<String> others) {
    return Stream.concat(protocols.stream(), others.stream()).distinct().toArray(String[]::new);
  }

  /**
   * Creates the layer of a client.
   *
   * @param tls the settings
   * @param host the host that it connects to; null if it has no name
   * @param protocols the application protocols that are offered in addition to those of the
   *     settings
   * @param time the time source for the period of checks
   * @throws TransportException if a file can't be used
   */
  public static TlsLayer client(
      ClientTls tls, @Nullable String host, List<String> protocols, TimeSource time) {
    return new TlsLayer(host, protocols, time, use(negotiating(tls, protocols), host, time));
  }

  private static Use use(ServerTls tls, TimeSource time) {
    Stream<Path> files =
        Stream.concat(
            tls.identities().stream().map(TlsIdentity::files).flatMap(List::stream),
            tls.clientTrust() == null ? Stream.of() : tls.clientTrust().files().stream());
    return use(tls.context(), files, () -> TlsSetup.server(tls), tls.reloadPeriod(), time);
  }

  private static Use use(ClientTls tls, @Nullable String host, TimeSource time) {
    Stream<Path> files =
        Stream.concat(
            tls.trust().files().stream(),
            tls.identity() == null ? Stream.of() : tls.identity().files().stream());
    return use(tls.context(), files, () -> TlsSetup.client(tls, host), tls.reloadPeriod(), time);
  }

  private static Use use(
      @Nullable SSLContext context,
      Stream<Path> files,
      Supplier<TlsSetup> setup,
      Duration period,
      TimeSource time) {
    return new Use(context, new Renewed<>(files.toList(), setup, period, time));
  }

  /**
   * Replaces the settings for future connections of a server.
   *
   * @param tls the new settings
   * @throws TransportException if a file can't be used
   */
  public void update(ServerTls tls) {
    checkContext(tls.context());
    use = use(negotiating(tls, protocols), time);
  }

  /**
   * Replaces the settings for future connections of a client.
   *
   * @param tls the new settings
   * @throws TransportException if a file can't be used
   */
  public void update(ClientTls tls) {
    checkContext(tls.context());
    use = use(negotiating(tls, protocols), host, time);
  }

  /**
   * {@return the TLS layer of an endpoint}
   *
   * @param layers the layers of the endpoint
   * @param endpoint the name of the endpoint
   * @throws IllegalStateException if there is none
   */
  public static TlsLayer among(List<Layer> layers, String endpoint) {
    for (Layer layer : layers) {
      if (layer instanceof TlsLayer tls) {
        return tls;
      }
    }
    throw new IllegalStateException(
        "%s does not use TLS: tls(...) was not set on its builder".formatted(endpoint));
  }

  private void checkContext(@Nullable SSLContext next) {
    if (next != null && next.equals(use.context)) {
      throw new IllegalArgumentException(
          "this SSLContext is in use, and its TLS sessions would be resumed: create a new"
              + " one");
    }
  }

  @Override
  public void addTo(ChannelPipeline pipeline, ConnectionContext connection) {
    TlsGate gate = new TlsGate(connection);
    CompletableFuture<Void> look = use.setup.lookAgain();
    if (look == null) {
      pipeline.addLast(gate);
      gate.encrypt(use.setup.current());
    } else {
      TlsPause pause = new TlsPause();
      pipeline.addLast(pause, gate);
      look.thenRunAsync(
          () -> pause.end(() -> gate.encrypt(use.setup.current())), pipeline.channel().eventLoop());
    }
    connection.onEnd(why -> gate.end());
  }
}
