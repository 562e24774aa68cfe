package io.gannet.discovery.etcd.internal;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import io.gannet.discovery.RegistryOptions;
import io.gannet.discovery.RegistryUri;
import io.gannet.discovery.spi.DriverContext;
import io.gannet.transport.ClientTls;
import io.gannet.transport.TlsIdentity;
import io.gannet.transport.TlsVersion;
import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import javax.net.ssl.KeyManagerFactory;
import org.jspecify.annotations.Nullable;

/** Makes jetcd's clients. */
final class EtcdClients {

  private static final int DEFAULT_PORT = 2379;

  /** What gRPC raises anything shorter to. */
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);

  /** A list of ten thousand instances that say much. */
  private static final int MAX_MESSAGE = 256 * 1024 * 1024;

  private final RegistryUri uri;
  private final DriverContext context;
  private final @Nullable SslContext tls;

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException if they can't be used
   */
  EtcdClients(RegistryUri uri, DriverContext context) {
    this.uri = uri;
    this.context = context;
    tls = uri.scheme().equals(EtcdDriverProvider.SECURE) ? tls(context.options().tls()) : null;
  }

  Client create() {
    RegistryOptions options = context.options();
    ClientBuilder builder =
        Client.builder()
            .endpoints(
                uri.hosts().stream()
                    .map(host -> "http://" + host.withPort(DEFAULT_PORT))
                    .toArray(String[]::new))
            .connectTimeout(options.connectTimeout())
            // A request fails at once if there is no connection: the registry decides when to try
            // again.
            .waitForReady(false)
            // One attempt more is for authenticating anew, when the servers have forgotten our
            // token.
            .retryMaxAttempts(1)
            .retryDelay(100)
            .retryMaxDelay(200)
            .keepaliveTime(KEEP_ALIVE)
            .keepaliveTimeout(options.connectTimeout())
            .keepaliveWithoutCalls(false)
            .maxInboundMessageSize(MAX_MESSAGE)
            .interceptor(new RequestLimits(context));
    RegistryOptions.Credentials credentials = options.credentials();
    if (credentials != null) {
      builder
          .user(ByteSequence.from(credentials.user(), StandardCharsets.UTF_8))
          .password(ByteSequence.from(credentials.password(), StandardCharsets.UTF_8));
    }
    if (tls != null) {
      builder.sslContext(tls);
      String serverName = options.tls().serverName();
      if (serverName != null) {
        builder.authority(serverName);
      }
    }
    return builder.build();
  }

  private static SslContext tls(ClientTls tls) {
    if (!tls.verifiesName()) {
      throw new IllegalArgumentException(
          "etcd's client always verifies the name of the server; if it differs, say it with"
              + " server-name");
    }
    try {
      SslContextBuilder builder =
          GrpcSslContexts.forClient()
              .protocols(
                  tls.versions().stream()
                      .map(version -> version == TlsVersion.TLS_1_2 ? "TLSv1.2" : "TLSv1.3")
                      .sorted()
                      .toList());
      Path trust = tls.trust();
      if (trust != null) {
        builder.trustManager(trust.toFile());
      }
      TlsIdentity identity = tls.identity();
      if (identity != null) {
        show(builder, identity);
      }
      return builder.build();
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new IllegalArgumentException("the settings of TLS for etcd can't be used: " + e, e);
    }
  }

  private static void show(SslContextBuilder builder, TlsIdentity identity)
      throws IOException, GeneralSecurityException {
    Path key = identity.key();
    if (key != null) {
      builder.keyManager(identity.certificates().toFile(), key.toFile(), identity.password());
      return;
    }
    String password = identity.password();
    char[] secret = password == null ? new char[0] : password.toCharArray();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(identity.certificates())) {
      store.load(in, secret);
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, secret);
    builder.keyManager(keys);
  }
}
