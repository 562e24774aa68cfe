package io.gannet.rpc.internal;

import io.gannet.rpc.ClusterStats;
import io.gannet.rpc.Directory;
import io.gannet.rpc.InstanceStatus;
import io.gannet.rpc.RpcCluster;
import io.gannet.rpc.RpcPeer;
import io.gannet.rpc.internal.call.CallSettings;
import io.gannet.rpc.internal.call.Caller;
import io.gannet.rpc.internal.call.ForwardingCaller;
import io.gannet.rpc.internal.cluster.Cluster;
import io.gannet.transport.ClientTls;
import io.gannet.transport.StopMode;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/** A client of many instances: makes calls at those that it is connected to. */
final class DefaultRpcCluster extends ForwardingCaller implements RpcCluster {

  private final Caller caller;
  private final Directory directory;
  private final Cluster cluster;
  private final ClusterTls encryption;
  private final Duration grace;

  DefaultRpcCluster(
      CallSettings settings,
      Directory directory,
      Cluster cluster,
      ClusterTls encryption,
      Duration grace) {
    this.caller = new Caller(settings, cluster);
    this.directory = directory;
    this.cluster = cluster;
    this.encryption = encryption;
    this.grace = grace;
  }

  @Override
  protected Caller caller() {
    return caller;
  }

  @Override
  public Collection<RpcPeer> connections() {
    return cluster.peers();
  }

  @Override
  public Directory directory() {
    return directory;
  }

  @Override
  public List<InstanceStatus> instances() {
    return cluster.instances();
  }

  @Override
  public ClusterStats stats() {
    return cluster.stats();
  }

  @Override
  public void updateTls(ClientTls tls) {
    encryption.update(Objects.requireNonNull(tls, "tls"));
    cluster.retryUnusable();
  }

  @Override
  public boolean awaitReady(int count, Duration timeout) throws InterruptedException {
    return cluster.awaitReady(count, timeout);
  }

  @Override
  public String name() {
    return cluster.describe();
  }

  @Override
  public boolean isRunning() {
    return cluster.isRunning();
  }

  @Override
  public void stop(StopMode mode) {
    stop(mode, grace);
  }

  @Override
  public void stop(StopMode mode, Duration within) {
    cluster.stop(mode, within);
  }

  @Override
  public CompletionStage<Void> whenStopped() {
    return cluster.whenStopped();
  }

  @Override
  public String toString() {
    return name();
  }
}
