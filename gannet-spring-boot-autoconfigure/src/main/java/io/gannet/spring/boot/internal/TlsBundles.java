package io.gannet.spring.boot.internal;

import io.gannet.transport.ClientTls;
import io.gannet.transport.ServerTls;
import io.gannet.transport.ServerTls.ClientCertificates;
import io.gannet.transport.TlsIdentity;
import io.gannet.transport.TlsTrust;
import io.gannet.transport.TlsVersion;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/** TLS settings from Spring's SSL bundles. */
final class TlsBundles {

  private static final Map<String, TlsVersion> VERSIONS =
      Map.of("TLSv1.2", TlsVersion.TLS_1_2, "TLSv1.3", TlsVersion.TLS_1_3);

  private final SslBundles bundles;

  TlsBundles(SslBundles bundles) {
    this.bundles = bundles;
  }

  /** {@return the settings of a server} */
  ServerTls server(String name, ClientCertificates clients) {
    return server(name, find(name, "gannet.server.ssl.bundle"), clients);
  }

  private static ServerTls server(String name, SslBundle bundle, ClientCertificates clients) {
    if (bundle.getStores().getKeyStore() == null) {
      throw new ConfigurationFailedException(
          "The SSL bundle %s of the Gannet server has no certificate.".formatted(name),
          "Set its keystore under spring.ssl.bundle.");
    }
    if (clients != ClientCertificates.NONE && bundle.getStores().getTrustStore() == null) {
      throw new ConfigurationFailedException(
          "gannet.server.ssl.client-certificates is %s, but the SSL bundle %s doesn't say which certificates to trust."
              .formatted(clients, name),
          "Set its truststore under spring.ssl.bundle.");
    }
    ServerTls tls =
        ServerTls.of(TlsIdentity.keyManager(bundle.getManagers().getKeyManagerFactory()))
            .withVersions(versions(name, bundle).toArray(TlsVersion[]::new));
    return switch (clients) {
      case NONE -> tls;
      case OPTIONAL -> tls.withOptionalClientCertificates(trust(bundle));
      case REQUIRED -> tls.withClientCertificates(trust(bundle));
    };
  }

  /** Passes on the settings of a server whenever the bundle is reloaded. */
  void onServerUpdate(String name, ClientCertificates clients, Consumer<ServerTls> changed) {
    bundles.addBundleUpdateHandler(name, bundle -> changed.accept(server(name, bundle, clients)));
  }

  /** {@return the settings of a client} */
  ClientTls client(String name, String property) {
    return client(name, find(name, property));
  }

  private static ClientTls client(String name, SslBundle bundle) {
    ClientTls tls =
        ClientTls.trusting(trust(bundle))
            .withVersions(versions(name, bundle).toArray(TlsVersion[]::new));
    return bundle.getStores().getKeyStore() == null
        ? tls
        : tls.withIdentity(TlsIdentity.keyManager(bundle.getManagers().getKeyManagerFactory()));
  }

  /** Passes on the settings of a client whenever the bundle is reloaded. */
  void onClientUpdate(String name, Consumer<ClientTls> changed) {
    bundles.addBundleUpdateHandler(name, bundle -> changed.accept(client(name, bundle)));
  }

  private SslBundle find(String name, String property) {
    try {
      return bundles.getBundle(name);
    } catch (NoSuchSslBundleException e) {
      throw new ConfigurationFailedException(
          "%s is %s, but there is no such SSL bundle; there are: %s."
              .formatted(property, name, String.join(", ", bundles.getBundleNames())),
          "Define it under spring.ssl.bundle, or correct the name.",
          e);
    }
  }

  /** The bundle's trust store, or that of the JVM if it has none. */
  private static TlsTrust trust(SslBundle bundle) {
    return TlsTrust.trustManager(bundle.getManagers().getTrustManagerFactory());
  }

  private static Set<TlsVersion> versions(String name, SslBundle bundle) {
    if (bundle.getOptions().getCiphers() != null) {
      throw new ConfigurationFailedException(
          "The SSL bundle %s sets ciphers, which Gannet leaves to the TLS engine.".formatted(name),
          "Remove spring.ssl.bundle.*.%s.options.ciphers.".formatted(name));
    }
    String @Nullable [] enabled = bundle.getOptions().getEnabledProtocols();
    if (enabled == null) {
      return EnumSet.allOf(TlsVersion.class);
    }
    Set<TlsVersion> versions = EnumSet.noneOf(TlsVersion.class);
    for (String protocol : enabled) {
      @Nullable TlsVersion version = VERSIONS.get(protocol);
      if (version == null) {
        throw new ConfigurationFailedException(
            "The SSL bundle %s enables %s, which Gannet doesn't support.".formatted(name, protocol),
            "Use TLSv1.2 and TLSv1.3.");
      }
      versions.add(version);
    }
    return versions;
  }
}
