package io.gannet.transport.internal.tls;

import io.gannet.transport.ClientTls;
import io.gannet.transport.ServerTls;
import io.gannet.transport.TimeSource;
import io.gannet.transport.TlsVersion;
import io.gannet.transport.TransportException;
import io.gannet.transport.internal.session.Layer;
import io.gannet.transport.internal.session.Link;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.NetUtil;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts. Uses netty-tcnative when that is on the class path, and the JDK's engine otherwise: that
 * is Netty's own choice. Certificates may change while it runs, see {@link Renewed}.
 */
public final class TlsLayer implements Layer {

  /** What is still to be said at a close gets out in this time, or not at all. */
  private static final int CLOSE_MILLIS = 1000;

  private final SslContext context;
  private final @Nullable RenewedKeyManager keys;
  private final @Nullable RenewedTrustManager trust;

  /** The name that a client asks for; null on a server. */
  private final @Nullable String serverName;

  private TlsLayer(
      SslContext context,
      @Nullable RenewedKeyManager keys,
      @Nullable RenewedTrustManager trust,
      @Nullable String serverName) {
    this.context = context;
    this.keys = keys;
    this.trust = trust;
    this.serverName = serverName;
  }

  /**
   * Encrypts for a server.
   *
   * @param tls what users chose
   * @param time how long ago files were looked at goes by it
   * @throws TransportException if a file can't be used
   */
  public static TlsLayer server(ServerTls tls, TimeSource time) {
    RenewedKeyManager keys = new RenewedKeyManager(tls.identities(), tls.reloadPeriod(), time);
    RenewedTrustManager trust =
        tls.clientTrust() == null
            ? null
            : new RenewedTrustManager(tls.clientTrust(), tls.reloadPeriod(), time);
    SslContextBuilder builder =
        SslContextBuilder.forServer(keys)
            .protocols(protocols(tls.versions()))
            .clientAuth(
                switch (tls.clients()) {
                  case NONE -> ClientAuth.NONE;
                  case OPTIONAL -> ClientAuth.OPTIONAL;
                  case REQUIRED -> ClientAuth.REQUIRE;
                });
    if (trust != null) {
      builder.trustManager(trust);
    }
    return new TlsLayer(build(builder), keys, trust, null);
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
    String name = tls.serverName() != null ? tls.serverName() : host;
    if (name == null) {
      throw new IllegalStateException(
          "what the client connects to has no name that could be verified: tell it with"
              + " ClientTls.withServerName");
    }
    RenewedKeyManager keys =
        tls.identity() == null
            ? null
            : new RenewedKeyManager(List.of(tls.identity()), tls.reloadPeriod(), time);
    RenewedTrustManager trust = new RenewedTrustManager(tls.trust(), tls.reloadPeriod(), time);
    SslContextBuilder builder =
        SslContextBuilder.forClient()
            .protocols(protocols(tls.versions()))
            .trustManager(trust)
            .endpointIdentificationAlgorithm(tls.verifiesName() ? "HTTPS" : "");
    if (keys != null) {
      builder.keyManager(keys);
    }
    return new TlsLayer(build(builder), keys, trust, name);
  }

  private static String[] protocols(Set<TlsVersion> versions) {
    return versions.stream()
        .map(version ->
            switch (version) {
              case TLS_1_2 -> "TLSv1.2";
              case TLS_1_3 -> "TLSv1.3";
            })
        .toArray(String[]::new);
  }

  private static SslContext build(SslContextBuilder builder) {
    try {
      return builder.build();
    } catch (SSLException e) {
      throw new TransportException("TLS can't be set up: " + e.getMessage(), e);
    }
  }

  @Override
  public void addTo(ChannelPipeline pipeline, Link link) {
    if (keys != null) {
      keys.lookAgain();
    }
    if (trust != null) {
      trust.lookAgain();
    }
    SslHandler handler = newHandler(pipeline.channel().alloc());
    handler.setHandshakeTimeoutMillis(0); // that of all layers together is counted elsewhere
    handler.setCloseNotifyFlushTimeoutMillis(CLOSE_MILLIS);
    pipeline.addLast(new TlsGate(handler, link));
    pipeline.addBefore(pipeline.lastContext().name(), null, handler);
    link.onEnd(why -> handler.closeOutbound());
  }

  private SslHandler newHandler(ByteBufAllocator allocator) {
    if (serverName == null) {
      return context.newHandler(allocator);
    }
    SslHandler handler = context.newHandler(allocator, serverName, -1);
    if (!NetUtil.isValidIpV4Address(serverName) && !NetUtil.isValidIpV6Address(serverName)) {
      SSLParameters parameters = handler.engine().getSSLParameters();
      parameters.setServerNames(List.of(new SNIHostName(serverName)));
      handler.engine().setSSLParameters(parameters);
    }
    return handler;
  }
}
