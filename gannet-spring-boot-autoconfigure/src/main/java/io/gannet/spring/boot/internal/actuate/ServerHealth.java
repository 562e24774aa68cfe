package io.gannet.spring.boot.internal.actuate;

import io.gannet.rpc.RpcServer;
import io.gannet.spring.boot.internal.ManagedServer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/** Whether the server accepts calls. */
final class ServerHealth extends AbstractHealthIndicator {

  private final ManagedServer server;

  ServerHealth(ManagedServer server) {
    super("the health of the Gannet server can't be read");
    this.server = server;
  }

  @Override
  protected void doHealthCheck(Health.Builder health) {
    @Nullable RpcServer running = server.running();
    if (running == null) {
      health.unknown().withDetail("reason", "not started, or nothing to offer");
    } else if (server.isStopping() || !running.isRunning()) {
      health.outOfService().withDetail("reason", "draining");
    } else {
      List<String> addresses = running.addresses().stream().map(String::valueOf).toList();
      health
          .up()
          .withDetail("addresses", addresses)
          .withDetail("connections", running.peers().size());
    }
  }
}
