package io.gannet.rpc.internal;

import io.gannet.rpc.Instance;
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
 * Whom a cluster trusts, where its instances are reached by TLS, and whose connections depend on it.
 *
 * <p>Connections that are being opened while it changes: who opens them reads what is current, opens them,
 * lists them and looks again; who changes it sets it before it looks at the list. One of both sees the other.
 */
final class ClusterTls {

  private record Use(Instance instance, ClientConnections connections) {
    void update(ClientTls tls) {
      connections.updateTls(named(tls, instance));
    }

    /** Follows what is current, also if that changes meanwhile. */
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
   * Trusts somebody.
   *
   * @param chosen whom the user has chosen, or null
   * @param plaintextToo whether instances without TLS are connected to although the user has chosen
   */
  ClusterTls(@Nullable ClientTls chosen, boolean plaintextToo) {
    this.plaintextToo = plaintextToo || chosen == null;
    this.current = chosen == null ? ClientTls.systemTrust() : chosen;
  }

  /**
   * Opens the connections to an instance.
   *
   * @param instance which
   * @param open opens them, given what encrypts them if the instance says so
   * @return the connections
   * @throws IllegalArgumentException if it would be without TLS and isn't to be: whoever writes the list of
   *     instances must not decide that
   */
  ClientConnections open(
      Instance instance, Function<Consumer<ClientBuilder<?>>, ClientConnections> open) {
    if (!plaintextToo && isPlaintext(instance)) {
      throw new IllegalArgumentException(
          ("its protocol %s does not use TLS, but RpcClusterBuilder.tls is set; see"
                  + " RpcClusterBuilder.allowPlaintext")
              .formatted(instance.protocol()));
    }
    if (!isEncrypted(instance)) {
      return open.apply(builder -> {});
    }
    ClientTls chosen = current;
    ClientConnections connections = open.apply(builder -> builder.tls(named(chosen, instance)));
    Use use = new Use(instance, connections);
    uses.add(use);
    connections.whenStopped().whenComplete((nothing, failure) -> uses.remove(use));
    try {
      use.updateFrom(chosen, () -> current);
    } catch (Throwable t) { // nobody gets it who would stop it
      connections.stop(StopMode.NOW, Duration.ZERO);
      throw t;
    }
    return connections;
  }

  private static boolean isPlaintext(Instance instance) {
    return instance.protocol().equals("tcp") || instance.protocol().equals("ws");
  }

  private static boolean isEncrypted(Instance instance) {
    return instance.protocol().equals("tls") || instance.protocol().equals("wss");
  }

  private static ClientTls named(ClientTls tls, Instance instance) {
    String name = instance.metadata().get(Instance.SERVER_NAME);
    return name == null || tls.serverName() != null ? tls : tls.withServerName(name);
  }

  /**
   * Changes it, for all connections or for none.
   *
   * @param next what counts from now on
   */
  synchronized void update(ClientTls next) {
    ClientTls before = current;
    current = next;
    try {
      uses.forEach(use -> use.update(next));
    } catch (RuntimeException e) {
      current = before;
      uses.forEach(use -> restore(use, before, e)); // also those opened meanwhile
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
