package io.gannet.discovery;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The status of a registry, for people.
 *
 * @param state whether the registry can be queried
 * @param since when that state began
 * @param session the registry's id of the session (ZooKeeper) or lease (etcd); empty if there is
 *     none
 * @param cause why the registry can't be queried, or null
 */
public record RegistryStatus(
    State state, Instant since, String session, @Nullable Throwable cause) {

  /** Whether a registry can be queried. */
  public enum State {
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
