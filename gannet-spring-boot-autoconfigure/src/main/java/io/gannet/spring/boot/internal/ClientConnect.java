package io.gannet.spring.boot.internal;

import org.springframework.context.SmartLifecycle;

/**
 * Connects the clients once the server of the application has started, so that one that calls it
 * doesn't fail to connect first.
 */
final class ClientConnect implements SmartLifecycle {

  private final DefaultGannetClients clients;
  private volatile boolean running;

  ClientConnect(DefaultGannetClients clients) {
    this.clients = clients;
  }

  @Override
  public void start() {
    clients.connect();
    running = true;
  }

  @Override
  public void stop() {
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return Phases.CONNECT;
  }

  @Override
  public boolean isPauseable() {
    return false;
  }
}
