package io.gannet.spring.boot.internal;

import io.gannet.rpc.CallOptions;
import io.gannet.rpc.ClusterStats;
import io.gannet.rpc.Directory;
import io.gannet.rpc.InstanceStatus;
import io.gannet.rpc.RpcCluster;
import io.gannet.rpc.RpcPeer;
import io.gannet.rpc.RpcStream;
import io.gannet.transport.ClientTls;
import io.gannet.transport.StopMode;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A client as a bean, which exists before it connects. It connects when it is told to, or at its
 * first call, and can be started again after it has stopped.
 */
public final class ManagedClient implements RpcCluster {

  private final String name;
  private final Function<ManagedClient, RpcCluster> starter;
  private final Set<Class<?>> called = ConcurrentHashMap.newKeySet();
  private final ReentrantLock starting = new ReentrantLock();
  private volatile @Nullable RpcCluster current;

  ManagedClient(String name, Function<ManagedClient, RpcCluster> starter) {
    this.name = name;
    this.starter = starter;
  }

  /** {@return the interfaces that are called through proxies} */
  Set<Class<?>> called() {
    return Set.copyOf(called);
  }

  /** {@return the running client, which starts now if it hasn't yet} */
  RpcCluster started() {
    @Nullable RpcCluster running = current;
    if (running != null) {
      return running;
    }
    starting.lock();
    try {
      running = current;
      if (running == null) {
        running = starter.apply(this);
        current = running;
      }
      return running;
    } finally {
      starting.unlock();
    }
  }

  /** {@return the client if it has been started, possibly stopped since; otherwise null} */
  public @Nullable RpcCluster startedOrNull() {
    return current;
  }

  /** Starts again, instead of the client that has stopped. */
  void restart() {
    starting.lock();
    try {
      @Nullable RpcCluster last = current;
      if (last != null && !last.isRunning()) {
        current = null;
      }
    } finally {
      starting.unlock();
    }
  }

  /** Stops the client if it has been started. Calls then fail until it is started again. */
  void end() {
    @Nullable RpcCluster running = current;
    if (running != null) {
      running.close();
    }
  }

  @Override
  public <T> T proxy(Class<T> service, CallOptions options) {
    called.add(service);
    return ClientProxy.of(this, service, options);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean isRunning() {
    @Nullable RpcCluster running = current;
    return running != null && running.isRunning();
  }

  @Override
  public @Nullable Object call(
      String method,
      Type resultType,
      CallOptions options,
      List<? extends @Nullable Object> arguments) {
    return started().call(method, resultType, options, arguments);
  }

  @Override
  public CompletionStage<@Nullable Object> callAsync(
      String method,
      Type resultType,
      CallOptions options,
      List<? extends @Nullable Object> arguments) {
    return started().callAsync(method, resultType, options, arguments);
  }

  @Override
  public RpcStream<?> callStream(
      String method,
      Type itemType,
      CallOptions options,
      List<? extends @Nullable Object> arguments) {
    return started().callStream(method, itemType, options, arguments);
  }

  @Override
  public void callOneWay(
      String method, CallOptions options, List<? extends @Nullable Object> arguments) {
    started().callOneWay(method, options, arguments);
  }

  @Override
  public Directory directory() {
    return started().directory();
  }

  @Override
  public List<InstanceStatus> instances() {
    return started().instances();
  }

  @Override
  public ClusterStats stats() {
    return started().stats();
  }

  @Override
  public Collection<RpcPeer> connections() {
    return started().connections();
  }

  @Override
  public void updateTls(ClientTls tls) {
    started().updateTls(tls);
  }

  @Override
  public boolean awaitReady(int count, Duration timeout) throws InterruptedException {
    return started().awaitReady(count, timeout);
  }

  @Override
  public void stop(StopMode mode) {
    started().stop(mode);
  }

  @Override
  public void stop(StopMode mode, Duration grace) {
    started().stop(mode, grace);
  }

  @Override
  public CompletionStage<Void> whenStopped() {
    return started().whenStopped();
  }

  @Override
  public String toString() {
    return "gannet client " + name;
  }
}
