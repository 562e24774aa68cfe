package io.gannet.rpc.internal.cluster;

import io.gannet.rpc.Balancer;
import io.gannet.rpc.EjectionPolicy;
import io.gannet.rpc.Instance;
import io.gannet.rpc.RetryPolicy;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * What users choose for calls over many instances.
 *
 * @param pools connects to instances
 * @param balancer chooses one for each call
 * @param retries when a call is tried again
 * @param ejection when an instance is left out
 * @param selection which instances are used
 * @param maxInstances how many of them at most
 * @param lazy whether an instance is connected to when it is chosen, not when it is known
 * @param warmUp in which time a new instance gets its full part, in nanoseconds
 * @param connectionWait how long a call waits for an instance, in nanoseconds
 * @param drainGrace how long the calls of an instance that has left may take
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
