package io.gannet.spring.boot;

import io.gannet.rpc.RpcCluster;
import java.util.Set;

/**
 * The clients of the application, a bean. They connect when the server of the application has
 * started, or at their first call if that is earlier. They stop after the server has drained. Safe
 * for use by any number of threads.
 */
public interface GannetClients {

  /** {@return the names of the clients that have properties, or that are injected somewhere} */
  Set<String> names();

  /**
   * Returns a client.
   *
   * @param name one of the {@link #names()}
   * @return the client; the application stops it, so don't close it
   * @throws IllegalArgumentException if there is no such client; the message lists the names
   */
  RpcCluster client(String name);
}
