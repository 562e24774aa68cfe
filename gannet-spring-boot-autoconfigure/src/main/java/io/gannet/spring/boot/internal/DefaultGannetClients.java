package io.gannet.spring.boot.internal;

import io.gannet.rpc.RpcCluster;
import io.gannet.spring.boot.GannetClients;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.SmartLifecycle;

/**
 * The clients, which can be used until this part stops. Those that nobody has asked for, such as
 * those that a test has replaced, are neither checked nor connected.
 */
public final class DefaultGannetClients implements GannetClients, SmartLifecycle {

  private final Set<String> configured;
  private final ClientStarter starter;
  private final ConfigurableListableBeanFactory beans;
  private final Map<String, ManagedClient> clients = new ConcurrentHashMap<>();
  private volatile boolean running;

  DefaultGannetClients(
      Set<String> configured, ClientStarter starter, ConfigurableListableBeanFactory beans) {
    this.configured = configured;
    this.starter = starter;
    this.beans = beans;
  }

  @Override
  public Set<String> names() {
    Set<String> names = new TreeSet<>(configured);
    injected().forEach(each -> names.add(each.client()));
    return names;
  }

  private Collection<ClientFactoryBean> injected() {
    return beans.getBeansOfType(ClientFactoryBean.class, true, false).values();
  }

  @Override
  public RpcCluster client(String name) {
    if (!names().contains(name)) {
      throw new IllegalArgumentException(
          "there is no client %s, but %s; set gannet.clients.%s.address"
              .formatted(name, names(), name));
    }
    return managed(name);
  }

  /**
   * Returns a client of any name.
   *
   * @param name the name
   * @return the client
   */
  public ManagedClient managed(String name) {
    return clients.computeIfAbsent(name, each -> new ManagedClient(each, starter::start));
  }

  /** {@return the clients with their names} */
  public Map<String, ManagedClient> all() {
    return Map.copyOf(clients);
  }

  /** Checks that the clients know whom to call. They connect at their first call, or later. */
  @Override
  public void start() {
    clients.values().forEach(starter::check);
    clients.values().forEach(ManagedClient::restart);
    running = true;
  }

  /** Connects all clients, without waiting. */
  void connect() {
    clients.values().forEach(ManagedClient::started);
  }

  /** Stops all clients at the same time. */
  @Override
  public void stop() {
    running = false;
    List<Thread> stopping = new ArrayList<>();
    clients
        .values()
        .forEach(client ->
            stopping.add(Thread.ofVirtual().name("gannet-client-stop").start(client::end)));
    for (Thread each : stopping) {
      try {
        each.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return Phases.CLIENTS;
  }

  @Override
  public boolean isPauseable() {
    return false;
  }
}
