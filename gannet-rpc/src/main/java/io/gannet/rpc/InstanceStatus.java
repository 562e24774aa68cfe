package io.gannet.rpc;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The status of an instance in an {@link RpcCluster}. */
public interface InstanceStatus {

  /** {@return the instance} */
  Instance instance();

  /** {@return whether the instance receives calls} */
  State state();

  /** {@return when that state began} */
  Instant since();

  /** {@return why the instance receives no calls, for people; null if it does} */
  @Nullable String reason();

  /** {@return the number of connections that accept calls} */
  int connections();

  /** {@return the number of calls that wait for its response} */
  int pending();

  /** {@return the share of its weight that it gets now, see {@link Balancer.Candidate#share()}} */
  double share();

  /** {@return the number of calls sent to it, attempts included} */
  long calls();

  /**
   * {@return the number of these calls that counted as failures, see
   * {@link EjectionPolicy#codes()}}
   */
  long failures();

  /** {@return the number of ejections} */
  long ejections();

  /** Whether an instance receives calls. */
  enum State {
    /** Not connected yet: the client connects when the instance is first chosen. */
    IDLE,
    /** No connection accepts calls; the client keeps trying. */
    CONNECTING,
    /** The instance receives calls. */
    READY,
    /** Ejected because its calls have failed, see {@link EjectionPolicy}. */
    EJECTED,
    /** The client can't connect, because the protocol or the address isn't usable. */
    UNUSABLE,
    /**
     * The instance has left the directory. It receives no new calls, and running calls complete.
     */
    DRAINING
  }
}
