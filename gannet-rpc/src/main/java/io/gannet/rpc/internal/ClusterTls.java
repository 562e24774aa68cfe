package io.gannet.rpc.internal;

import io.gannet.rpc.Instance;
import io.gannet.rpc.internal.directory.Protocols;
import io.gannet.transport.ClientBuilder;
import io.gannet.transport.ClientTls;
import io.gannet.transport.StopMode;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The TLS settings of a cluster, and the connections that use them.
 *
 * <p>A connection may be opened during an update. The opening thread reads the current settings,
 * opens the connections, adds them to the list, and reads the settings again. The updating thread
 * sets the settings before it reads the list. So at least one of the two sees the change of the
 * other.
 */
final class ClusterTls {

  private record Use(Instance instance, ClientConnections connections) {
    void update(ClientTls tls) {
      connections.updateTls(named(tls, instance));
    }

    /** Applies the current settings, and repeats that if they change meanwhile. */
    void updateFrom(ClientTls applied, Supplier<ClientTls> current) {
      ClientTls last = applied;
      for (ClientTls now = current.get(); !now.equals(last); now = current.get()) {
        update(now);
        last = now;
      }
    }
  }

  private final Set<Use> uses = ConcurrentHashMap.newKeySet();

  private final boolean plaintextToo;

  private volatile ClientTls current;

  /**
   * Creates the settings.
   *
   * @param chosen the settings of the user, or null for the system's trust store
   * @param plaintextToo whether instances without TLS are accepted although the user has set TLS
   */
  ClusterTls(@Nullable ClientTls chosen, boolean plaintextToo) {
    this.plaintextToo = plaintextToo || chosen == null;
    this.current = chosen == null ? ClientTls.systemTrust() : chosen;
  }

  /**
   * Opens the connections to an instance.
   *
   * @param instance the instance
   * @param open opens the connections; its argument configures TLS if the instance uses TLS
   * @return the connections
   * @throws IllegalArgumentException if the instance uses no TLS and plaintext isn't allowed. The
   *     writer of the instance list must not be able to disable TLS
   */
  ClientConnections open(
      Instance instance, Function<Consumer<ClientBuilder<?>>, ClientConnections> open) {
    if (!plaintextToo && Protocols.isPlaintext(instance)) {
      throw new IllegalArgumentException(
          ("its protocol %s does not use TLS, but RpcClusterBuilder.tls is set; see"
                  + " RpcClusterBuilder.allowPlaintext")
              .formatted(instance.protocol()));
    }
    if (!Protocols.isEncrypted(instance)) {
      return open.apply(builder -> {});
    }
    ClientTls chosen = current;
    ClientConnections connections = open.apply(builder -> builder.tls(named(chosen, instance)));
    Use use = new Use(instance, connections);
    uses.add(use);
    connections.whenStopped().whenComplete((nothing, failure) -> uses.remove(use));
    try {
      use.updateFrom(chosen, () -> current);
    } catch (Throwable t) { // otherwise it would never be stopped
      connections.stop(StopMode.NOW, Duration.ZERO);
      throw t;
    }
    return connections;
  }

  private static ClientTls named(ClientTls tls, Instance instance) {
    String name = instance.metadata().get(Instance.SERVER_NAME);
    return name == null || tls.serverName() != null ? tls : tls.withServerName(name);
  }

  /**
   * Changes the settings of all connections, or of none if it fails.
   *
   * @param next the new settings
   */
  synchronized void update(ClientTls next) {
    ClientTls before = current;
    current = next;
    try {
      uses.forEach(use -> use.update(next));
    } catch (RuntimeException e) {
      current = before;
      uses.forEach(use -> restore(use, before, e)); // includes those opened meanwhile
      throw e;
    }
  }

  private static void restore(Use use, ClientTls before, RuntimeException why) {
    try {
      use.update(before);
    } catch (RuntimeException e) {
      why.addSuppressed(e);
    }
  }
}
