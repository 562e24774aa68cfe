package io.gannet.spring.boot.internal.actuate;

import io.gannet.discovery.Registry;
import io.gannet.rpc.ClusterStats;
import io.gannet.rpc.InstanceStatus;
import io.gannet.rpc.RpcCluster;
import io.gannet.rpc.RpcServer;
import io.gannet.spring.boot.internal.DefaultGannetClients;
import io.gannet.spring.boot.internal.ManagedClient;
import io.gannet.spring.boot.internal.ManagedServer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/** Shows the server, the clients with their servers, and the registry. */
@Endpoint(id = "gannet")
public final class GannetEndpoint {

  /**
   * All parts.
   *
   * @param server the server, if it runs
   * @param clients the clients that have started, by their names
   * @param registry the registry, if there is one
   */
  public record Parts(
      @Nullable ServerPart server,
      Map<String, ClientPart> clients,
      @Nullable RegistryPart registry) {}

  /**
   * The server.
   *
   * @param addresses where it listens
   * @param services what it offers
   * @param connections the number of its connections
   * @param callsRunning the calls that it handles now
   * @param draining whether it stops
   */
  public record ServerPart(
      List<String> addresses,
      List<String> services,
      int connections,
      int callsRunning,
      boolean draining) {}

  /**
   * A client.
   *
   * @param service the service that it calls
   * @param calls the calls so far, without retries
   * @param retries the retries so far
   * @param instances the servers
   */
  public record ClientPart(
      String service, long calls, long retries, List<InstancePart> instances) {}

  /**
   * A server that a client calls.
   *
   * @param uri its address
   * @param state whether it receives calls
   * @param reason why it doesn't
   * @param connections the number of connections to it
   * @param pending the calls that wait for its reply
   * @param calls the calls so far
   * @param failures those of them that counted as failures
   */
  public record InstancePart(
      String uri,
      String state,
      @Nullable String reason,
      int connections,
      int pending,
      long calls,
      long failures) {}

  /**
   * The registry.
   *
   * @param uri its URI, without a password
   * @param state whether it can be queried
   * @param since since when
   */
  public record RegistryPart(String uri, String state, Instant since) {}

  private final @Nullable ManagedServer server;
  private final DefaultGannetClients clients;
  private final @Nullable Registry registry;

  GannetEndpoint(
      @Nullable ManagedServer server, DefaultGannetClients clients, @Nullable Registry registry) {
    this.server = server;
    this.clients = clients;
    this.registry = registry;
  }

  /** {@return all parts} */
  @ReadOperation
  public Parts parts() {
    Map<String, ClientPart> all = new TreeMap<>();
    clients
        .all()
        .forEach((name, client) -> {
          @Nullable ClientPart part = describe(client);
          if (part != null) {
            all.put(name, part);
          }
        });
    return new Parts(describe(server), all, describe(registry));
  }

  private static @Nullable ServerPart describe(@Nullable ManagedServer server) {
    @Nullable RpcServer running = server == null ? null : server.running();
    if (server == null || running == null) {
      return null;
    }
    return new ServerPart(
        running.addresses().stream().map(String::valueOf).toList(),
        server.services().stream().map(Class::getName).sorted().toList(),
        running.peers().size(),
        running.peers().stream().mapToInt(peer -> peer.stats().callsRunning()).sum(),
        server.isStopping());
  }

  private static @Nullable ClientPart describe(ManagedClient client) {
    @Nullable RpcCluster running = client.startedOrNull();
    if (running == null) {
      return null;
    }
    ClusterStats stats = running.stats();
    return new ClientPart(
        running.directory().service(),
        stats.calls(),
        stats.retries(),
        running.instances().stream().map(GannetEndpoint::describe).toList());
  }

  private static InstancePart describe(InstanceStatus status) {
    return new InstancePart(
        status.instance().uri().toString(),
        status.state().toString(),
        status.reason(),
        status.connections(),
        status.pending(),
        status.calls(),
        status.failures());
  }

  private static @Nullable RegistryPart describe(@Nullable Registry registry) {
    return registry == null
        ? null
        : new RegistryPart(
            registry.uri().toString(),
            registry.status().state().toString(),
            registry.status().since());
  }
}
