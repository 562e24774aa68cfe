package io.gannet.rpc.internal.cluster;

import io.gannet.rpc.Balancer;
import io.gannet.rpc.EjectionPolicy;
import io.gannet.rpc.Instance;
import io.gannet.rpc.RetryPolicy;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * The user's settings for calls to many instances.
 *
 * @param pools connects to instances
 * @param balancer chooses the instance of each call
 * @param retries when a call is retried
 * @param ejection when an instance is ejected
 * @param selection which instances are used
 * @param maxInstances the maximum number of used instances
 * @param lazy whether an instance is connected when it is chosen, not when it is listed
 * @param warmUp the time until a new instance gets its full share, in nanoseconds
 * @param connectionWait the maximum time that a call waits for an instance, in nanoseconds
 * @param drainGrace the maximum time for the calls of an instance that has left
 */
public record ClusterSettings(
    Pool.Factory pools,
    Balancer balancer,
    RetryPolicy retries,
    EjectionPolicy ejection,
    Predicate<Instance> selection,
    int maxInstances,
    boolean lazy,
    long warmUp,
    long connectionWait,
    Duration drainGrace) {}
