package io.gannet.rpc.internal;

import io.gannet.rpc.Instance;
import io.gannet.transport.ClientBuilder;
import io.gannet.transport.ClientTls;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;

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
  }

  private final Set<Use> uses = ConcurrentHashMap.newKeySet();

  private volatile ClientTls current;

  ClusterTls(ClientTls first) {
    current = first;
  }

  /**
   * Opens the connections to an instance.
   *
   * @param instance which
   * @param open opens them, given what encrypts them if the instance says so
   * @return the connections
   */
  ClientConnections open(
      Instance instance, Function<Consumer<ClientBuilder<?>>, ClientConnections> open) {
    if (!isEncrypted(instance)) {
      return open.apply(builder -> {});
    }
    ClientTls chosen = current;
    ClientConnections connections = open.apply(builder -> builder.tls(named(chosen, instance)));
    Use use = new Use(instance, connections);
    uses.add(use);
    connections.whenStopped().whenComplete((nothing, failure) -> uses.remove(use));
    ClientTls now = current;
    if (!now.equals(chosen)) {
      use.update(now);
    }
    return connections;
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
    List<Use> updated = new ArrayList<>();
    try {
      for (Use use : uses) {
        use.update(next);
        updated.add(use);
      }
    } catch (RuntimeException e) {
      current = before;
      updated.forEach(use -> restore(use, before, e));
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
