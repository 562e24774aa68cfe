package io.gannet.spring.boot.internal.actuate;

import io.gannet.rpc.InstanceStatus;
import io.gannet.rpc.RpcCluster;
import io.gannet.spring.boot.internal.ManagedClient;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/** Whether a client has a server to call. */
final class ClientHealth extends AbstractHealthIndicator {

  /** Further servers are not listed. */
  private static final int MAX_LISTED = 20;

  private final ManagedClient client;

  ClientHealth(ManagedClient client) {
    super("the health of %s can't be read".formatted(client));
    this.client = client;
  }

  @Override
  protected void doHealthCheck(Health.Builder health) {
    @Nullable RpcCluster running = client.startedOrNull();
    if (running == null || !running.isRunning()) {
      health.unknown().withDetail("reason", "not started");
      return;
    }
    List<InstanceStatus> instances = running.instances();
    long ready =
        instances.stream()
            .filter(each ->
                each.state() == InstanceStatus.State.READY
                    || each.state() == InstanceStatus.State.IDLE)
            .count();
    health.status(ready > 0 ? "UP" : "DOWN").withDetail("ready", ready);
    Map<String, String> servers = new LinkedHashMap<>();
    instances.stream()
        .limit(MAX_LISTED)
        .forEach(each -> servers.put(each.instance().uri().toString(), describe(each)));
    health.withDetail("servers", servers);
    if (instances.size() > MAX_LISTED) {
      health.withDetail("more", instances.size() - MAX_LISTED);
    }
  }

  static String describe(InstanceStatus instance) {
    String state = instance.state().toString();
    return instance.reason() == null ? state : "%s: %s".formatted(state, instance.reason());
  }
}
