package io.gannet.discovery.etcd.internal;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import io.gannet.discovery.RegistryOptions;
import io.gannet.discovery.RegistryUri;
import io.gannet.discovery.spi.DriverContext;
import io.gannet.transport.ClientTls;
import io.gannet.transport.TlsIdentity;
import io.gannet.transport.TlsTrust;
import io.gannet.transport.TlsVersion;
import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;

/** Creates jetcd's clients, each with the current content of the certificate and password files. */
final class EtcdClients {

  private static final int DEFAULT_PORT = 2379;

  /** The shortest period that gRPC allows. */
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);

  /**
   * The minimum message size. Answers other than lists of instances are smaller. It is also the
   * minimum limit for a list.
   */
  private static final int MIN_MESSAGE = 4 << 20;

  private static final int MAX_MESSAGE = 256 << 20;

  private final RegistryUri uri;
  private final DriverContext context;
  private final boolean secure;
  private List<FileTime> stamps = List.of();

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException if the settings can't be used
   */
  EtcdClients(RegistryUri uri, DriverContext context) {
    this.uri = uri;
    this.context = context;
    secure = uri.scheme().equals(EtcdDriverProvider.SECURE);
  }

  /** {@return whether files have changed since the last client was created} */
  boolean haveFilesChanged() {
    return !stamps.equals(stamps());
  }

  private List<FileTime> stamps() {
    List<Path> files = new ArrayList<>();
    RegistryOptions.Credentials credentials = context.options().credentials();
    if (credentials != null && credentials.passwordFile() != null) {
      files.add(credentials.passwordFile());
    }
    if (secure) {
      ClientTls settings = context.options().tls();
      files.addAll(settings.trust().files());
      if (settings.identity() != null) {
        files.addAll(settings.identity().files());
      }
    }
    List<FileTime> result = new ArrayList<>();
    for (Path file : files) {
      try {
        result.add(Files.getLastModifiedTime(file));
      } catch (IOException e) {
        result.add(FileTime.fromMillis(0)); // reading the file will report the reason
      }
    }
    return result;
  }

  /** The size of a list with its keys. gRPC refuses a larger answer before it has arrived. */
  private static int maxMessage(RegistryOptions options) {
    return Math.clamp(2L * options.maxListBytes(), MIN_MESSAGE, MAX_MESSAGE);
  }

  /**
   * Creates a client.
   *
   * @throws IllegalArgumentException if a file can't be used
   */
  Client create() {
    stamps = stamps(); // read first, so that files that change meanwhile are read again
    RegistryOptions options = context.options();
    SslContext tls = secure ? tls(options.tls()) : null;
    ClientBuilder builder =
        Client.builder()
            .endpoints(
                uri.hosts().stream()
                    .map(host -> "http://" + host.withPort(DEFAULT_PORT))
                    .toArray(String[]::new))
            .connectTimeout(options.connectTimeout())
            // A request fails at once without a connection, because the registry decides about
            // retries.
            .waitForReady(false)
            // The additional attempt is for signing in again if the servers have forgotten the
            // token.
            .retryMaxAttempts(1)
            .retryDelay(100)
            .retryMaxDelay(200)
            .keepaliveTime(KEEP_ALIVE)
            .keepaliveTimeout(options.connectTimeout())
            .keepaliveWithoutCalls(false)
            .maxInboundMessageSize(maxMessage(options))
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
          "etcd's client always verifies the name of the server; if it differs, set it with"
              + " server-name");
    }
    if (tls.context() != null) {
      throw new IllegalArgumentException(
          "etcd's client has its own TLS engine: set trust and identity, not an SSLContext");
    }
    try {
      SslContextBuilder builder =
          GrpcSslContexts.forClient()
              .protocols(
                  tls.versions().stream()
                      .map(version -> version == TlsVersion.TLS_1_2 ? "TLSv1.2" : "TLSv1.3")
                      .sorted()
                      .toList());
      trust(builder, tls.trust());
      TlsIdentity identity = tls.identity();
      if (identity != null) {
        show(builder, identity);
      }
      return builder.build();
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new IllegalArgumentException("the TLS settings can't be used for etcd: " + e, e);
    }
  }

  private static void trust(SslContextBuilder builder, TlsTrust trust)
      throws GeneralSecurityException {
    switch (trust) {
      case TlsTrust.SystemTrust system -> {}
      case TlsTrust.PemFile pem -> builder.trustManager(pem.file().toFile());
      case TlsTrust.PemText pem -> builder.trustManager(stream(pem.certificates()));
      case TlsTrust.InKeyStore in -> {
        TrustManagerFactory factory =
            TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(in.store());
        builder.trustManager(factory);
      }
      case TlsTrust.FromTrustManager from -> builder.trustManager(from.manager());
    }
  }

  private static void show(SslContextBuilder builder, TlsIdentity identity)
      throws IOException, GeneralSecurityException {
    switch (identity) {
      case TlsIdentity.PemFiles pem ->
          builder.keyManager(pem.certificates().toFile(), pem.key().toFile(), pem.password());
      case TlsIdentity.PemText pem ->
          builder.keyManager(stream(pem.certificates()), stream(pem.key()), pem.password());
      case TlsIdentity.Pkcs12File file -> {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file.file())) {
          store.load(in, file.password().toCharArray());
        }
        show(builder, store, file.password());
      }
      case TlsIdentity.InKeyStore in -> show(builder, in.store(), in.password());
      case TlsIdentity.FromKeyManager from -> builder.keyManager(from.manager());
    }
  }

  private static void show(SslContextBuilder builder, KeyStore store, String password)
      throws GeneralSecurityException {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, password.toCharArray());
    builder.keyManager(keys);
  }

  private static InputStream stream(String pem) {
    return new ByteArrayInputStream(pem.getBytes(StandardCharsets.ISO_8859_1));
  }
}
