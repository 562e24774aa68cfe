package io.gannet.transport.internal.tls;

import io.gannet.transport.TimeSource;
import io.gannet.transport.TlsIdentity;
import java.net.Socket;
import java.nio.file.Path;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Offers certificates out of files, those of now. The engine asks for an alias first and for what is
 * behind it later; as the files may be read again in between, an alias tells when it was given out,
 * and what was offered last stays known for that long.
 */
final class RenewedKeyManager extends X509ExtendedKeyManager {

  /** What was read at one time. */
  private static final class Generation {
    final int number;
    final List<KeyMaterial> identities;
    @Nullable Generation before;

    Generation(int number, List<KeyMaterial> identities, @Nullable Generation before) {
      this.number = number;
      this.identities = identities;
      this.before = before;
    }
  }

  private final List<TlsIdentity> identities;
  private final Renewed<Generation> generations;
  private @Nullable Generation last;

  RenewedKeyManager(List<TlsIdentity> identities, Duration period, TimeSource time) {
    this.identities = identities;
    List<Path> files = new ArrayList<>();
    for (TlsIdentity identity : identities) {
      files.add(identity.certificates());
      if (identity.key() != null) {
        files.add(identity.key());
      }
    }
    this.generations = new Renewed<>(files, this::read, period, time);
  }

  private Generation read() {
    List<KeyMaterial> read = identities.stream().map(KeyMaterial::read).toList();
    Generation before = last;
    if (before != null) {
      before.before = null; // two are enough
    }
    Generation next = new Generation(before == null ? 0 : before.number + 1, read, before);
    last = next;
    return next;
  }

  /** A connection has come. */
  void lookAgain() {
    generations.lookAgain();
  }

  private static String alias(Generation generation, int index) {
    return generation.number + "." + index;
  }

  private @Nullable KeyMaterial behind(String alias) {
    for (Generation one = generations.current(); one != null; one = one.before) {
      for (int i = 0; i < one.identities.size(); i++) {
        if (alias(one, i).equals(alias)) {
          return one.identities.get(i);
        }
      }
    }
    return null;
  }

  private @Nullable String first(Predicate<KeyMaterial> wanted) {
    Generation now = generations.current();
    for (int i = 0; i < now.identities.size(); i++) {
      if (wanted.test(now.identities.get(i))) {
        return alias(now, i);
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
    KeyMaterial standard = generations.current().identities.getFirst();
    return first(identity -> identity.equals(standard) && isOfType(identity, keyType));
  }

  /** {@return the name that a client has asked for} */
  static @Nullable String requestedName(@Nullable SSLSession session) {
    if (session instanceof ExtendedSSLSession extended) {
      try {
        for (SNIServerName name : extended.getRequestedServerNames()) {
          if (name instanceof SNIHostName host) {
            return host.getAsciiName();
          }
        }
      } catch (UnsupportedOperationException e) {
        return null; // this engine doesn't tell
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
    throw new UnsupportedOperationException("only engines are used here");
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    throw new UnsupportedOperationException("only engines are used here");
  }
}
