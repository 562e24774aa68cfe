package io.gannet.transport.internal.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Predicate;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** Selects certificates by the name that a client requests. An alias is an index. */
final class Identities extends X509ExtendedKeyManager {

  private final List<KeyMaterial> identities;

  Identities(List<KeyMaterial> identities) {
    this.identities = List.copyOf(identities);
  }

  private @Nullable KeyMaterial behind(String alias) {
    for (int i = 0; i < identities.size(); i++) {
      if (Integer.toString(i).equals(alias)) {
        return identities.get(i);
      }
    }
    return null;
  }

  private @Nullable String first(Predicate<KeyMaterial> wanted) {
    for (int i = 0; i < identities.size(); i++) {
      if (wanted.test(identities.get(i))) {
        return Integer.toString(i);
      }
    }
    return null;
  }

  private static boolean isOfType(KeyMaterial identity, String keyType) {
    String algorithm = identity.key().getAlgorithm();
    return keyType.equals(algorithm) || keyType.startsWith(algorithm + "_");
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
    String name = requestedName(engine.getHandshakeSession());
    if (name != null && first(identity -> identity.hasName(name)) != null) {
      return first(identity -> identity.hasName(name) && isOfType(identity, keyType));
    }
    KeyMaterial standard = identities.getFirst();
    return first(identity -> identity.equals(standard) && isOfType(identity, keyType));
  }

  /** {@return the name that a client has requested} */
  static @Nullable String requestedName(@Nullable SSLSession session) {
    if (session instanceof ExtendedSSLSession extended) {
      try {
        for (SNIServerName name : extended.getRequestedServerNames()) {
          if (name instanceof SNIHostName host) {
            return host.getAsciiName();
          }
        }
      } catch (UnsupportedOperationException e) {
        return null; // this engine doesn't report it
      }
    }
    return null;
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, SSLEngine engine) {
    for (String keyType : keyTypes) {
      String alias = first(identity -> isOfType(identity, keyType));
      if (alias != null) {
        return alias;
      }
    }
    return null;
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    KeyMaterial identity = behind(alias);
    return identity == null ? null : identity.chain().toArray(X509Certificate[]::new);
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    KeyMaterial identity = behind(alias);
    return identity == null ? null : identity.key();
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return getServerAliases(keyType, issuers);
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    String alias = first(identity -> isOfType(identity, keyType));
    return alias == null ? null : new String[] {alias};
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    throw new UnsupportedOperationException("only SSLEngine is supported");
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    throw new UnsupportedOperationException("only SSLEngine is supported");
  }
}
