package io.gannet.discovery;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The status of a registry, for people. */
public interface RegistryStatus {

  /** {@return whether the registry can be queried} */
  State state();

  /** {@return when that state began} */
  Instant since();

  /**
   * {@return the registry's id of the session (ZooKeeper) or lease (etcd); empty if there is none}
   */
  String session();

  /** {@return why the registry can't be queried, or null} */
  @Nullable Throwable cause();

  /** Whether a registry can be queried. */
  enum State {
    /** No connection has been established yet. */
    CONNECTING,
    /** The registry can be queried. */
    CONNECTED,
    /** The registry could be queried before, and can't be now. Connecting is retried. */
    DISCONNECTED,
    /** The registry was closed. */
    CLOSED
  }
}
