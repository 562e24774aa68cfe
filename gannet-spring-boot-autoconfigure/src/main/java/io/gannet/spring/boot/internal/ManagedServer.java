package io.gannet.spring.boot.internal;

import io.gannet.rpc.RpcPeer;
import io.gannet.rpc.RpcServer;
import io.gannet.transport.ServerTls;
import io.gannet.transport.StopMode;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/**
 * The server as a bean, which exists before it starts. It starts and stops with the application,
 * and can be started again.
 */
public final class ManagedServer implements RpcServer, SmartLifecycle {

  private final ServerStarter starter;
  private final List<Consumer<RpcServer>> onStart = new CopyOnWriteArrayList<>();
  private final List<Runnable> beforeDrain = new CopyOnWriteArrayList<>();
  private volatile @Nullable RpcServer server;
  private volatile boolean stopping;

  ManagedServer(ServerStarter starter) {
    this.starter = starter;
  }

  /** Adds an action for whenever the server has started, at once if it runs. */
  void onStart(Consumer<RpcServer> action) {
    onStart.add(action);
    @Nullable RpcServer running = server;
    if (running != null) {
      action.accept(running);
    }
  }

  /** {@return the running server; null if it hasn't started, or there is nothing to offer} */
  public @Nullable RpcServer running() {
    return server;
  }

  /** {@return the interfaces of the beans that are offered} */
  public Set<Class<?>> services() {
    return starter.services();
  }

  /** {@return whether the server drains} */
  public boolean isStopping() {
    return stopping;
  }

  private RpcServer current() {
    @Nullable RpcServer running = server;
    if (running == null) {
      throw new IllegalStateException(
          "the Gannet server doesn't run: it starts with the application, if a bean has an"
              + " interface with @RpcService or there is a GannetServerCustomizer");
    }
    return running;
  }

  @Override
  public void start() {
    @Nullable RpcServer started = starter.start();
    if (started == null) {
      return;
    }
    beforeDrain.forEach(started::beforeDrain);
    stopping = false;
    server = started;
    starter.onTlsUpdate(this::reloadTls);
    keepAlive(started);
    onStart.forEach(action -> action.accept(started));
  }

  private void reloadTls(ServerTls tls) {
    @Nullable RpcServer running = server;
    if (running != null) {
      running.updateTls(tls);
    }
  }

  /** All other threads are virtual or daemons, which don't keep the JVM alive. */
  private static void keepAlive(RpcServer started) {
    Thread.ofPlatform()
        .name("gannet-keep-alive")
        .daemon(false)
        .start(() -> started.whenStopped().toCompletableFuture().join());
  }

  @Override
  public void stop() {
    @Nullable RpcServer running = server;
    if (running != null) {
      stopping = true;
      running.stop(StopMode.DRAIN_AND_WAIT);
      server = null;
      stopping = false;
    }
  }

  @Override
  public void stop(Runnable callback) {
    // At the same time as others of this phase, such as the web server.
    Thread.ofVirtual()
        .name("gannet-server-stop")
        .start(() -> {
          try {
            stop();
          } finally {
            callback.run();
          }
        });
  }

  @Override
  public int getPhase() {
    return Phases.SERVER;
  }

  /** A server on any free port would come back on another one. */
  @Override
  public boolean isPauseable() {
    return false;
  }

  @Override
  public boolean isRunning() {
    @Nullable RpcServer running = server;
    return running != null && running.isRunning();
  }

  @Override
  public String name() {
    return "gannet-server";
  }

  @Override
  public List<SocketAddress> addresses() {
    return current().addresses();
  }

  @Override
  public int port() {
    return current().port();
  }

  @Override
  public Collection<RpcPeer> peers() {
    return current().peers();
  }

  @Override
  public Optional<RpcPeer> peer(String key) {
    return current().peer(key);
  }

  @Override
  public void updateTls(ServerTls tls) {
    current().updateTls(tls);
  }

  @Override
  public void beforeDrain(Runnable action) {
    beforeDrain.add(action);
    @Nullable RpcServer running = server;
    if (running != null) {
      running.beforeDrain(action);
    }
  }

  @Override
  public void stop(StopMode mode) {
    current().stop(mode);
  }

  @Override
  public void stop(StopMode mode, Duration grace) {
    current().stop(mode, grace);
  }

  @Override
  public CompletionStage<Void> whenStopped() {
    return current().whenStopped();
  }

  @Override
  public void close() {
    stop();
  }

  @Override
  public String toString() {
    return "gannet-server on " + (server == null ? "no address" : server.addresses());
  }
}
