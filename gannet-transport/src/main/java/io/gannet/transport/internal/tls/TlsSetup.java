package io.gannet.transport.internal.tls;

import io.gannet.transport.ClientTls;
import io.gannet.transport.ServerTls;
import io.gannet.transport.TlsIdentity;
import io.gannet.transport.TlsTrust;
import io.gannet.transport.TlsVersion;
import io.gannet.transport.TransportException;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The TLS configuration of connections, created from settings and the content of the files at that
 * time. TLS sessions that may be resumed, and the keys of their tickets, belong to its context. So
 * after a new setup, no earlier session is resumed.
 *
 * @param name the name of the server, on a client
 * @param verifiesName whether the server's certificate must contain it
 */
record TlsSetup(
    SslContext context,
    @Nullable PeerName name,
    boolean verifiesName,
    List<String> applicationProtocols) {

  /** How long the verification of a certificate is valid for resumed sessions. */
  private static final Duration RESUMABLE = Duration.ofHours(1);

  /**
   * Creates the setup of a server.
   *
   * @throws TransportException if a setting can't be used
   */
  static TlsSetup server(ServerTls tls) {
    ClientAuth clients =
        switch (tls.clients()) {
          case NONE -> ClientAuth.NONE;
          case OPTIONAL -> ClientAuth.OPTIONAL;
          case REQUIRED -> ClientAuth.REQUIRE;
        };
    if (tls.context() != null) {
      return new TlsSetup(
          new JdkSslContext(
              tls.context(),
              false,
              null,
              IdentityCipherSuiteFilter.INSTANCE,
              null,
              clients,
              protocols(tls.versions()),
              false),
          null,
          false,
          tls.applicationProtocols());
    }
    SslContextBuilder builder =
        SslContextBuilder.forServer(keys(tls.identities()))
            .protocols(protocols(tls.versions()))
            .clientAuth(clients);
    if (tls.clientTrust() != null) {
      builder.trustManager(trust(tls.clientTrust()));
    }
    if (!tls.applicationProtocols().isEmpty() && OpenSsl.isAvailable()) {
      builder.applicationProtocolConfig(negotiation(tls.applicationProtocols()));
    }
    return new TlsSetup(build(builder), null, false, tls.applicationProtocols());
  }

  /**
   * Creates the setup of a client.
   *
   * @param host the host that it connects to; null if it has no name
   * @throws TransportException if a setting can't be used
   */
  static TlsSetup client(ClientTls tls, @Nullable String host) {
    String known = tls.serverName() != null ? tls.serverName() : host;
    if (known == null) {
      throw new IllegalStateException(
          "the server has no name to verify: set one with ClientTls.withServerName");
    }
    PeerName name = PeerName.of(known);
    if (tls.context() != null) {
      return new TlsSetup(
          new JdkSslContext(
              tls.context(),
              true,
              null,
              IdentityCipherSuiteFilter.INSTANCE,
              null,
              ClientAuth.NONE,
              protocols(tls.versions()),
              false),
          name,
          tls.verifiesName(),
          tls.applicationProtocols());
    }
    SslContextBuilder builder =
        SslContextBuilder.forClient()
            .protocols(protocols(tls.versions()))
            .trustManager(trust(tls.trust()))
            .endpointIdentificationAlgorithm("");
    if (tls.identity() != null) {
      builder.keyManager(keys(List.of(tls.identity())));
    }
    if (!tls.applicationProtocols().isEmpty() && OpenSsl.isAvailable()) {
      builder.applicationProtocolConfig(negotiation(tls.applicationProtocols()));
    }
    return new TlsSetup(build(builder), name, tls.verifiesName(), tls.applicationProtocols());
  }

  private static KeyManager keys(List<TlsIdentity> identities) {
    return identities.getFirst() instanceof TlsIdentity.FromKeyManager from
        ? from.manager()
        : new Identities(identities.stream().map(KeyMaterial::read).toList());
  }

  private static TrustManager trust(TlsTrust trust) {
    try {
      return switch (trust) {
        case TlsTrust.SystemTrust system -> trustManager(null);
        case TlsTrust.PemFile pem ->
            trustManager(store(Pem.certificates(Pem.text(pem.file()), pem.toString())));
        case TlsTrust.PemText pem ->
            trustManager(store(Pem.certificates(pem.certificates(), "the text")));
        case TlsTrust.InKeyStore in -> trustManager(in.store());
        case TlsTrust.FromTrustManager from -> from.manager();
      };
    } catch (IOException | GeneralSecurityException e) {
      throw new TransportException("can't use %s: %s".formatted(trust, e), e);
    }
  }

  private static X509TrustManager trustManager(@Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509TrustManager x509) {
        return x509;
      }
    }
    throw new GeneralSecurityException("the JDK has no trust manager for X.509");
  }

  private static KeyStore store(List<X509Certificate> certificates)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    int number = 0;
    for (X509Certificate certificate : certificates) {
      store.setCertificateEntry(Integer.toString(number++), certificate);
    }
    return store;
  }

  private static ApplicationProtocolConfig negotiation(List<String> protocols) {
    return new ApplicationProtocolConfig(
        Protocol.ALPN,
        SelectorFailureBehavior.NO_ADVERTISE,
        SelectedListenerFailureBehavior.ACCEPT,
        protocols);
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
      return builder.sessionTimeout(RESUMABLE.toSeconds()).build();
    } catch (SSLException e) {
      throw new TransportException("TLS can't be set up: " + e.getMessage(), e);
    }
  }

  /** {@return a new TLS handler for one connection} */
  SslHandler newHandler(ByteBufAllocator allocator) {
    SSLEngine engine =
        name == null ? context.newEngine(allocator) : context.newEngine(allocator, name.text(), -1);
    SSLParameters parameters = engine.getSSLParameters();
    if (name != null) {
      parameters.setServerNames(name.sni() == null ? List.of() : List.of(name.sni()));
      parameters.setEndpointIdentificationAlgorithm(
          verifiesName && name.verifiedByEngine() ? "HTTPS" : "");
    }
    if (context instanceof JdkSslContext) {
      parameters.setApplicationProtocols(applicationProtocols.toArray(String[]::new));
    }
    engine.setSSLParameters(parameters);
    return new SslHandler(context instanceof JdkSslContext ? new BoundedEngine(engine) : engine);
  }
}
