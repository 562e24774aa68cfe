package io.gannet.spring.boot.internal;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The registry.
 *
 * @param uri URI of the registry, such as zookeeper://HOST:2181,HOST:2181/ROOT, etcd://HOST:2379 or
 *     memory:NAME. Without one there is no registry.
 * @param username Name to sign in as.
 * @param password Password.
 * @param ssl Encryption, for zookeepers:// and etcds://.
 * @param startTimeout How long the start of the application waits for the registry, and then fails;
 *     0 for not waiting.
 * @param sessionTimeout How long servers that have died stay registered.
 */
public record RegistryProperties(
    @Nullable String uri,
    @Nullable String username,
    @Nullable String password,
    @DefaultValue Ssl ssl,
    @DefaultValue("10s") Duration startTimeout,
    @DefaultValue("10s") Duration sessionTimeout) {

  /** {@return the properties, without the password} */
  @Override
  public String toString() {
    return "RegistryProperties[username=%s, startTimeout=%s, sessionTimeout=%s]"
        .formatted(username, startTimeout, sessionTimeout);
  }

  /**
   * Encryption.
   *
   * @param bundle Name of the SSL bundle with the trust store and, if the registry requests one,
   *     the certificate of this application.
   */
  public record Ssl(@Nullable String bundle) {}
}
