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
 * Encrypts. Uses netty-tcnative when that is on the class path, and the JDK's engine otherwise:
 * that is Netty's own choice. What it is set up with changes when files do, see {@link Renewed},
 * and when users ask for that.
 */
public final class TlsLayer implements Layer {

  /** What there is of a user's settings, and what to compare the next with. */
  private record Use(@Nullable SSLContext context, Renewed<TlsSetup> setup) {}

  private final @Nullable String host;
  private final TimeSource time;
  private volatile Use use;

  private TlsLayer(@Nullable String host, TimeSource time, Use use) {
    this.host = host;
    this.time = time;
    this.use = use;
  }

  /**
   * Encrypts for a server.
   *
   * @param tls what users chose
   * @param time how long ago files were looked at goes by it
   * @throws TransportException if a file can't be used
   */
  public static TlsLayer server(ServerTls tls, TimeSource time) {
    return new TlsLayer(null, time, use(tls, time));
  }

  /**
   * Encrypts for a client.
   *
   * @param tls what users chose
   * @param host what it connects to; null if that has no name
   * @param time how long ago files were looked at goes by it
   * @throws TransportException if a file can't be used
   */
  public static TlsLayer client(ClientTls tls, @Nullable String host, TimeSource time) {
    return new TlsLayer(host, time, use(tls, host, time));
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
   * Encrypts the connections of a server that come from now on in another way.
   *
   * @param tls what users chose
   * @throws TransportException if a file can't be used
   */
  public void update(ServerTls tls) {
    checkContext(tls.context());
    use = use(tls, time);
  }

  /**
   * Encrypts the connections of a client that come from now on in another way.
   *
   * @param tls what users chose
   * @throws TransportException if a file can't be used
   */
  public void update(ClientTls tls) {
    checkContext(tls.context());
    use = use(tls, host, time);
  }

  /**
   * {@return the layer of an endpoint that encrypts}
   *
   * @param layers those that it has
   * @param endpoint its name
   * @throws IllegalStateException if it has none
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
