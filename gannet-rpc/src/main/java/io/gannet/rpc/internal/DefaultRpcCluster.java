package io.gannet.rpc.internal;

import io.gannet.rpc.ClusterStats;
import io.gannet.rpc.Directory;
import io.gannet.rpc.InstanceStatus;
import io.gannet.rpc.RpcCluster;
import io.gannet.rpc.internal.call.CallSettings;
import io.gannet.rpc.internal.cluster.Cluster;
import io.gannet.transport.ClientTls;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** The cluster client: makes calls on the instances that it is connected to. */
final class DefaultRpcCluster extends AbstractRpcClient implements RpcCluster {

  private final Directory directory;
  private final Cluster cluster;
  private final ClusterTls encryption;

  DefaultRpcCluster(
      CallSettings settings,
      Directory directory,
      Cluster cluster,
      ClusterTls encryption,
      Duration grace) {
    super(settings, cluster, grace);
    this.directory = directory;
    this.cluster = cluster;
    this.encryption = encryption;
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
}
