package io.gannet.rpc.internal;

import io.gannet.rpc.Balancer;
import io.gannet.rpc.Directory;
import io.gannet.rpc.EjectionPolicy;
import io.gannet.rpc.Instance;
import io.gannet.rpc.RetryPolicy;
import io.gannet.rpc.RpcCluster;
import io.gannet.rpc.RpcClusterBuilder;
import io.gannet.rpc.RpcPeer;
import io.gannet.rpc.internal.balancer.LeastPending;
import io.gannet.rpc.internal.call.CallSettings;
import io.gannet.rpc.internal.cluster.Cluster;
import io.gannet.rpc.internal.cluster.ClusterSettings;
import io.gannet.rpc.internal.cluster.Pool;
import io.gannet.rpc.internal.directory.Protocols;
import io.gannet.transport.ClientBuilder;
import io.gannet.transport.ClientTls;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Builds cluster clients. */
final class DefaultRpcClusterBuilder extends AbstractRpcClientBuilder<RpcClusterBuilder>
    implements RpcClusterBuilder {

  private final Directory directory;
  private @Nullable ClientTls tls;
  private boolean plaintextToo;
  private Function<Instance, ClientBuilder.NeedsCodec> connector = Connectors::byProtocol;
  private int connections = 1;
  private int maxInstances = 1000;
  private boolean lazy;
  private Predicate<Instance> selection = instance -> true;
  private Balancer balancer = new LeastPending();
  private RetryPolicy retries = RetryPolicy.defaults();
  private EjectionPolicy ejection = EjectionPolicy.defaults();
  private Duration warmUp = Duration.ofSeconds(10);

  DefaultRpcClusterBuilder(Directory directory) {
    this.directory = Objects.requireNonNull(directory, "directory");
  }

  @Override
  RpcClusterBuilder self() {
    return this;
  }

  @Override
  public RpcClusterBuilder tls(ClientTls value) {
    tls = Objects.requireNonNull(value, "tls");
    return this;
  }

  @Override
  public RpcClusterBuilder allowPlaintext() {
    plaintextToo = true;
    return this;
  }

  @Override
  public RpcClusterBuilder connector(Function<Instance, ClientBuilder.NeedsCodec> value) {
    connector = Objects.requireNonNull(value, "connector");
    return this;
  }

  @Override
  public RpcClusterBuilder connections(int count) {
    connections = SettingChecks.inRange(count, 1, 1024, "connections");
    return this;
  }

  @Override
  public RpcClusterBuilder maxInstances(int instances) {
    maxInstances = SettingChecks.inRange(instances, 1, Integer.MAX_VALUE, "maxInstances");
    return this;
  }

  @Override
  public RpcClusterBuilder lazy() {
    lazy = true;
    return this;
  }

  @Override
  public RpcClusterBuilder select(Predicate<Instance> condition) {
    selection = selection.and(condition);
    return this;
  }

  @Override
  public RpcClusterBuilder balancer(Balancer value) {
    balancer = Objects.requireNonNull(value, "balancer");
    return this;
  }

  @Override
  public RpcClusterBuilder retries(RetryPolicy policy) {
    retries = Objects.requireNonNull(policy, "retries");
    return this;
  }

  @Override
  public RpcClusterBuilder ejection(EjectionPolicy policy) {
    ejection = Objects.requireNonNull(policy, "ejection");
    return this;
  }

  @Override
  public RpcClusterBuilder warmUp(Duration time) {
    warmUp = SettingChecks.notNegative(time, "warmUp");
    return this;
  }

  @Override
  public RpcCluster start() {
    CallSettings settings = settings(null);
    ClusterTls encryption = new ClusterTls(tls, plaintextToo);
    Cluster cluster =
        new Cluster(
            directory,
            new ClusterSettings(
                pools(settings, encryption),
                balancer,
                retries,
                ejection,
                selection,
                maxInstances,
                lazy,
                SettingChecks.nanos(warmUp),
                connectionWaitNanos(),
                drainGrace()),
            settings.clock());
    cluster.start();
    return new DefaultRpcCluster(settings, directory, cluster, encryption, drainGrace());
  }

  /** Returns the factory of connection pools. It copies the current settings. */
  private Pool.Factory pools(CallSettings settings, ClusterTls encryption) {
    Function<Instance, ClientBuilder.NeedsCodec> to = connector;
    int count = connections;
    Consumer<ClientBuilder<?>> transport = transportSettings();
    Consumer<RpcPeer> action = connectAction();
    return (instance, onChange) -> {
      CallSettings own = Protocols.isGrpc(instance) ? settings.with(grpcOfClient()) : settings;
      return encryption.open(
          instance,
          encrypt ->
              ClientConnections.open(
                  to.apply(instance),
                  builder -> {
                    builder.connections(count);
                    encrypt.accept(builder);
                    transport.accept(builder);
                  },
                  transportSetup(own.wire()),
                  own,
                  new ClientConnections(action, 0, onChange)));
    };
  }
}
