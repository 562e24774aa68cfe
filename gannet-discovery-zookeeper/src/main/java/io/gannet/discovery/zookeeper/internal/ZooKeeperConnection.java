package io.gannet.discovery.zookeeper.internal;

import io.gannet.discovery.RegistryOptions;
import io.gannet.discovery.RegistryUri;
import io.gannet.transport.ClientTls;
import io.gannet.transport.TlsIdentity;
import io.gannet.transport.TlsTrust;
import io.gannet.transport.TlsVersion;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.curator.utils.ZookeeperFactory;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.admin.ZooKeeperAdmin;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.ClientX509Util;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Configures Curator. */
final class ZooKeeperConnection {

  private static final Logger LOG = LoggerFactory.getLogger(ZooKeeperConnection.class);

  private static final int DEFAULT_PORT = 2181;
  private static final int DEFAULT_SECURE_PORT = 2281;

  /** The maximum number of times that a server is on the list. */
  private static final int MAX_ATTEMPTS = 20;

  /**
   * The longest name of a node in an answer: 200 characters, each as three percent-encoded bytes.
   */
  private static final int NODE_NAME = 4 + 200 * 9;

  private static final int MIN_ANSWER = 20_000 * NODE_NAME;
  private static final int MAX_ANSWER = 1024 * 1024 * 1024;

  private ZooKeeperConnection() {}

  static CuratorFramework client(RegistryUri uri, RegistryOptions options) {
    boolean secure = uri.scheme().equals(ZooKeeperDriverProvider.SECURE);
    CuratorFrameworkFactory.Builder builder =
        CuratorFrameworkFactory.builder()
            .connectString(connectString(uri, options))
            .sessionTimeoutMs((int) options.sessionTimeout().toMillis())
            .connectionTimeoutMs((int) options.connectTimeout().toMillis())
            // No requests go through Curator, so it retries nothing.
            .retryPolicy(new RetryOneTime(1))
            // The servers are those of the URI, whatever their configured names behind a NAT are.
            .ensembleTracker(false)
            .zkClientConfig(config(secure, options));
    RegistryOptions.Credentials credentials = options.credentials();
    if (credentials != null) {
      builder.zookeeperFactory(new Authenticated(credentials));
    }
    return builder.build();
  }

  /** Signs in each session with the current content of the password file. */
  private static final class Authenticated implements ZookeeperFactory {

    private final RegistryOptions.Credentials credentials;
    private volatile String last;

    Authenticated(RegistryOptions.Credentials credentials) {
      this.credentials = credentials;
      last = credentials.password();
    }

    @Override
    public ZooKeeper newZooKeeper(String servers, int timeout, Watcher watcher, boolean readOnly)
        throws Exception {
      return newZooKeeper(servers, timeout, watcher, readOnly, new ZKClientConfig());
    }

    @Override
    public ZooKeeper newZooKeeper(
        String servers, int timeout, Watcher watcher, boolean readOnly, ZKClientConfig config)
        throws Exception {
      try {
        last = credentials.password();
      } catch (IllegalArgumentException e) {
        LOG.warn("{}; the previous certificates and passwords stay in use", e.getMessage());
      }
      ZooKeeper client = new ZooKeeperAdmin(servers, timeout, watcher, readOnly, config);
      String digest = credentials.user() + ":" + last;
      client.addAuthInfo("digest", digest.getBytes(StandardCharsets.UTF_8));
      return client;
    }
  }

  /** {@return the servers of a URI, each as {@code host:port}} */
  static List<String> servers(RegistryUri uri) {
    int port =
        uri.scheme().equals(ZooKeeperDriverProvider.SECURE) ? DEFAULT_SECURE_PORT : DEFAULT_PORT;
    return uri.hosts().stream().map(host -> host.withPort(port)).toList();
  }

  /**
   * ZooKeeper's client gives each server on its list an equal share of the session timeout to
   * respond, so a single server gets all of it. A server that accepts connections while starting up
   * but never responds would block the client for that time. Therefore each server is on the list
   * as often as the connect timeout fits.
   */
  private static String connectString(RegistryUri uri, RegistryOptions options) {
    List<String> once = servers(uri);
    double attempts =
        (double) options.sessionTimeout().toMillis() / options.connectTimeout().toMillis();
    long times = Math.clamp(Math.round(attempts / once.size()), 1, MAX_ATTEMPTS);
    return Stream.generate(() -> once)
        .limit(times)
        .flatMap(List::stream)
        .collect(Collectors.joining(","));
  }

  /**
   * {@return the maximum number of nodes of one service, such that the list fits into an answer}
   */
  static int maxNodes(RegistryOptions options) {
    return answerLimit(options) / NODE_NAME;
  }

  /** {@return the maximum size of an answer in bytes; a larger one would close the connection} */
  private static int answerLimit(RegistryOptions options) {
    long wanted = 2L * options.maxInstances() * NODE_NAME;
    int configured = Integer.getInteger(ZKClientConfig.JUTE_MAXBUFFER, 0);
    return Math.clamp(wanted, Math.max(configured, MIN_ANSWER), MAX_ANSWER);
  }

  private static ZKClientConfig config(boolean secure, RegistryOptions options) {
    ZKClientConfig config = new ZKClientConfig();
    config.setProperty(ZKClientConfig.JUTE_MAXBUFFER, Integer.toString(answerLimit(options)));
    // SASL would use the JVM's single JAAS configuration for all ZooKeepers.
    config.setProperty(ZKClientConfig.ENABLE_CLIENT_SASL_KEY, "false");
    if (secure) {
      encrypt(config, options.tls());
    }
    return config;
  }

  private static void encrypt(ZKClientConfig config, ClientTls tls) {
    if (tls.context() != null) {
      throw filesOnly("an SSLContext");
    }
    if (tls.serverName() != null) {
      throw new IllegalArgumentException(
          "ZooKeeper's client verifies the host name that it connects to; another name can't be set"
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
      switch (tls.trust()) {
        case TlsTrust.SystemTrust system -> {}
        case TlsTrust.PemFile pem -> {
          config.setProperty(names.getSslTruststoreLocationProperty(), pem.file().toString());
          config.setProperty(names.getSslTruststoreTypeProperty(), "PEM");
        }
        default -> throw filesOnly(tls.trust());
      }
      TlsIdentity identity = tls.identity();
      if (identity != null) {
        show(config, names, identity);
      }
    }
  }

  private static void show(ZKClientConfig config, ClientX509Util names, TlsIdentity identity) {
    @Nullable String password;
    switch (identity) {
      case TlsIdentity.PemFiles pem -> {
        if (!pem.certificates().equals(pem.key())) {
          throw new IllegalArgumentException(
              "ZooKeeper's client needs the certificate and its key in one file: set it for both,"
                  + " or use PKCS#12");
        }
        config.setProperty(names.getSslKeystoreLocationProperty(), pem.key().toString());
        config.setProperty(names.getSslKeystoreTypeProperty(), "PEM");
        password = pem.password();
      }
      case TlsIdentity.Pkcs12File file -> {
        config.setProperty(names.getSslKeystoreLocationProperty(), file.file().toString());
        config.setProperty(names.getSslKeystoreTypeProperty(), "PKCS12");
        password = file.password();
      }
      default -> throw filesOnly(identity);
    }
    if (password != null) {
      config.setProperty(names.getSslKeystorePasswdProperty(), password);
    }
  }

  private static IllegalArgumentException filesOnly(Object given) {
    return new IllegalArgumentException(
        "ZooKeeper's client reads certificates and keys only from files, not %s".formatted(given));
  }
}
