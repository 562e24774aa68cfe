package io.gannet.rpc;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How an instance is, seen by an {@link RpcCluster}.
 *
 * @param instance which one
 * @param state whether it gets calls
 * @param since when that state began
 * @param reason why it gets no calls, for people; null if it does
 * @param connections how many connections take calls
 * @param pending how many calls wait for its response
 * @param share how much of its part it gets now, see {@link Balancer.Candidate#share()}
 * @param calls how many calls it was given, attempts included
 * @param failures how many of those failed in a way that speaks against it, see {@link EjectionPolicy#codes()}
 * @param ejections how often it was ejected
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

  /** Whether an instance gets calls. */
  public enum State {
    /** Nothing has been tried yet: it is connected to when it is chosen for the first time. */
    IDLE,
    /** There is no connection that takes calls; that is tried again and again. */
    CONNECTING,
    /** It gets calls. */
    READY,
    /** It is left out because its calls have failed, see {@link EjectionPolicy}. */
    EJECTED,
    /** It can't be connected to: its protocol or address make no sense here. */
    UNUSABLE,
    /** It has left the directory: it gets no new calls, and those that run end. */
    DRAINING
  }
}
