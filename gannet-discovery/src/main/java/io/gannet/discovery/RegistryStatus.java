package io.gannet.discovery;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a registry is, for people.
 *
 * @param state whether it can be asked
 * @param since when that state began
 * @param session what the registry calls our session (ZooKeeper) or lease (etcd); empty if there is none
 * @param cause why it can't be asked, or null
 */
public record RegistryStatus(
    State state, Instant since, String session, @Nullable Throwable cause) {

  /** Whether a registry can be asked. */
  public enum State {
    /** It could not be asked yet. */
    CONNECTING,
    /** It can be asked. */
    CONNECTED,
    /** It could be asked once, and can't be now; that is tried again and again. */
    DISCONNECTED,
    /** It was closed. */
    CLOSED
  }
}
