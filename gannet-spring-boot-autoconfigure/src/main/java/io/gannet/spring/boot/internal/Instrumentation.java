package io.gannet.spring.boot.internal;

import io.gannet.rpc.RpcCluster;
import io.gannet.rpc.RpcClusterBuilder;
import io.gannet.rpc.RpcServerBuilder;

/** Observes servers and clients, before the customizers of the application are called. */
public interface Instrumentation {

  /** Adds what observes the server. */
  void instrument(RpcServerBuilder builder);

  /** Adds what observes a client. */
  void instrument(RpcClusterBuilder builder);

  /** Observes a client that has started. */
  default void started(String name, RpcCluster client) {}
}
