package io.gannet.discovery.zookeeper.internal;

import io.gannet.discovery.RegistryOptions;
import io.gannet.discovery.RegistryUri;
import io.gannet.transport.ClientTls;
import io.gannet.transport.TlsIdentity;
import io.gannet.transport.TlsVersion;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.ClientX509Util;

/** Configures Curator. */
final class ZooKeeperConnection {

  private static final int DEFAULT_PORT = 2181;
  private static final int DEFAULT_SECURE_PORT = 2281;

  /** How often a server is on the list at most. */
  private static final int MAX_ATTEMPTS = 20;

  private ZooKeeperConnection() {}

  static CuratorFramework client(RegistryUri uri, RegistryOptions options) {
    boolean secure = uri.scheme().equals(ZooKeeperDriverProvider.SECURE);
    CuratorFrameworkFactory.Builder builder =
        CuratorFrameworkFactory.builder()
            .connectString(servers(uri, secure, options))
            .sessionTimeoutMs((int) options.sessionTimeout().toMillis())
            .connectionTimeoutMs((int) options.connectTimeout().toMillis())
            // Nothing is asked through Curator, so nothing is retried by it.
            .retryPolicy(new RetryOneTime(1))
            // The servers are those of the URI, whatever they call each other behind a NAT.
            .ensembleTracker(false)
            .zkClientConfig(config(secure, options));
    RegistryOptions.Credentials credentials = options.credentials();
    if (credentials != null) {
      String digest = credentials.user() + ":" + credentials.password();
      builder.authorization("digest", digest.getBytes(StandardCharsets.UTF_8));
    }
    return builder.build();
  }

  /**
   * ZooKeeper's client gives each server of its list an equal part of the session timeout to answer in: all of it
   * if there is one. A server that accepts while it is starting up, and never answers, would hold it for that
   * long. So that the connect timeout holds, each is on the list as often as it fits.
   */
  private static String servers(RegistryUri uri, boolean secure, RegistryOptions options) {
    List<String> once =
        uri.hosts().stream()
            .map(host -> host.withPort(secure ? DEFAULT_SECURE_PORT : DEFAULT_PORT))
            .toList();
    double attempts =
        (double) options.sessionTimeout().toMillis() / options.connectTimeout().toMillis();
    long times = Math.clamp(Math.round(attempts / once.size()), 1, MAX_ATTEMPTS);
    return Stream.generate(() -> once)
        .limit(times)
        .flatMap(List::stream)
        .collect(Collectors.joining(","));
  }

  private static ZKClientConfig config(boolean secure, RegistryOptions options) {
    ZKClientConfig config = new ZKClientConfig();
    // An entry is read or not; a failed authentication is told by the server.
    config.setProperty(ZKClientConfig.ENABLE_CLIENT_SASL_KEY, "false");
    if (secure) {
      encrypt(config, options.tls());
    }
    return config;
  }

  private static void encrypt(ZKClientConfig config, ClientTls tls) {
    if (tls.serverName() != null) {
      throw new IllegalArgumentException(
          "ZooKeeper's client verifies the name connected to; it can't be given another"
              + " (server-name)");
    }
    config.setProperty(ZKClientConfig.SECURE_CLIENT, "true");
    config.setProperty(
        ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET, "org.apache.zookeeper.ClientCnxnSocketNetty");
    try (ClientX509Util names = new ClientX509Util()) {
      config.setProperty(
          names.getSslHostnameVerificationEnabledProperty(), String.valueOf(tls.verifiesName()));
      config.setProperty(
          names.getSslEnabledProtocolsProperty(),
          tls.versions().stream()
              .map(version -> version == TlsVersion.TLS_1_2 ? "TLSv1.2" : "TLSv1.3")
              .sorted()
              .collect(Collectors.joining(",")));
      Path trust = tls.trust();
      if (trust != null) {
        config.setProperty(names.getSslTruststoreLocationProperty(), trust.toString());
        config.setProperty(names.getSslTruststoreTypeProperty(), "PEM");
      }
      TlsIdentity identity = tls.identity();
      if (identity != null) {
        show(config, names, identity);
      }
    }
  }

  private static void show(ZKClientConfig config, ClientX509Util names, TlsIdentity identity) {
    if (identity.format() == TlsIdentity.Format.PEM
        && !identity.certificates().equals(identity.key())) {
      throw new IllegalArgumentException(
          "ZooKeeper's client wants the certificate and its key in one file: name it as both,"
              + " or use PKCS#12");
    }
    config.setProperty(names.getSslKeystoreLocationProperty(), identity.certificates().toString());
    config.setProperty(
        names.getSslKeystoreTypeProperty(),
        identity.format() == TlsIdentity.Format.PEM ? "PEM" : "PKCS12");
    if (identity.password() != null) {
      config.setProperty(names.getSslKeystorePasswdProperty(), identity.password());
    }
  }
}
