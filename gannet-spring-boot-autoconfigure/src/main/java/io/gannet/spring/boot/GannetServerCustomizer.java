package io.gannet.spring.boot;

import io.gannet.rpc.RpcServerBuilder;

/**
 * Changes the settings of the server, as a bean: interceptors, exceptions, services whose interface
 * isn't annotated, keys of peers. Several are called in the order of their beans. A bean of this
 * type starts the server even if no bean is a service.
 */
@FunctionalInterface
public interface GannetServerCustomizer {

  /**
   * Changes the settings, after the properties have been applied.
   *
   * @param builder the builder of the server
   */
  void customize(RpcServerBuilder builder);
}
