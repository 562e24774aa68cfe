package io.gannet.discovery;

/**
 * A snapshot of the counters of one registry since it was opened.
 *
 * @param requests requests to the registry's servers, including retries. With ZooKeeper, connection
 *     attempts and heartbeats don't count. With etcd, each gRPC call counts, including those that
 *     keep the lease and those that check whether etcd is reachable, also while it isn't
 * @param failures failed writes, removals and audits of registrations, and failed queries of
 *     service names. Failed listings don't count: {@code Directory.status} has their cause. While
 *     the registry can't be queried, none are added: {@link Registry#status} has the cause, for
 *     example a refused password
 * @param sessions created sessions (ZooKeeper) or leases (etcd)
 * @param disconnects lost connections
 * @param puts writes of instances
 * @param restored instances that had to be written again
 * @param listings listings of services
 * @param events received changes of watched services
 * @param overflows relistings of a service because too many changes arrived at once
 * @param skipped entries that were skipped because they are invalid or there was no room for them.
 *     The log names them, unless there are too many; {@code Directory.status} has the reasons
 * @param registrations current registrations
 * @param watched currently watched services
 */
public record RegistryStats(
    long requests,
    long failures,
    long sessions,
    long disconnects,
    long puts,
    long restored,
    long listings,
    long events,
    long overflows,
    long skipped,
    int registrations,
    int watched) {}
