package io.gannet.rpc;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The status of an instance in an {@link RpcCluster}.
 *
 * @param instance the instance
 * @param state whether the instance receives calls
 * @param since when that state began
 * @param reason why the instance receives no calls, for people; null if it does
 * @param connections the number of connections that accept calls
 * @param pending the number of calls that wait for its response
 * @param share the share of its weight that it gets now, see {@link Balancer.Candidate#share()}
 * @param calls the number of calls sent to it, attempts included
 * @param failures the number of these calls that counted as failures, see
 *     {@link EjectionPolicy#codes()}
 * @param ejections the number of ejections
 */
public record InstanceStatus(
    Instance instance,
    State state,
    Instant since,
    @Nullable String reason,
    int connections,
    int pending,
    double share,
    long calls,
    long failures,
    long ejections) {

  /** Whether an instance receives calls. */
  public enum State {
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
