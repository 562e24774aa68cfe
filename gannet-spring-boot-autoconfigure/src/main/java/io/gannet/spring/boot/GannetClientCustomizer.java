package io.gannet.spring.boot;

import io.gannet.rpc.RpcClusterBuilder;

/**
 * Changes the settings of clients, as a bean: interceptors, exceptions, services that are offered
 * to servers, retries. Several are called in the order of their beans.
 */
@FunctionalInterface
public interface GannetClientCustomizer {

  /**
   * Changes the settings of a client, after the properties have been applied.
   *
   * @param client the name of the client
   * @param builder the builder of the client
   */
  void customize(String client, RpcClusterBuilder builder);
}
