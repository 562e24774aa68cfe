package io.gannet.rpc.internal.cluster;

import io.gannet.rpc.Instance;
import io.gannet.rpc.InstanceStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The status of a member at one moment. */
record MemberStatus(
    Instance instance,
    InstanceStatus.State state,
    Instant since,
    @Nullable String reason,
    int connections,
    int pending,
    double share,
    long calls,
    long failures,
    long ejections)
    implements InstanceStatus {}
