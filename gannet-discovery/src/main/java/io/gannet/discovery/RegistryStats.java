package io.gannet.discovery;

/**
 * The counters of one registry at one moment, since it was opened.
 *
 * @param requests requests that were sent to the registry's servers, attempts included. With ZooKeeper attempts to
 *     connect and signs of life are none. With etcd each gRPC call is one, those that keep the lease and those that
 *     ask whether etcd is there included, also while it can't be reached
 * @param failures writes, removals and audits of registrations, and lookups of service names, that failed.
 *     Listings that failed are not among them: {@code Directory.status} has why. While the registry can't be asked
 *     none are added: whether it is so, and why, for example because a password was refused, is in {@link
 *     Registry#status}
 * @param sessions sessions (ZooKeeper) or leases (etcd) that there have been
 * @param disconnects how often the connection was lost
 * @param puts how often an instance was written
 * @param restored how often an instance had to be brought back
 * @param listings how often a service was listed
 * @param events changes that came to watched services
 * @param overflows how often so many changes came at once that the service was listed again instead
 * @param skipped entries that were skipped, because they are no instances or there was no room for them. The
 *     log says which, as far as there aren't too many, and {@code Directory.status} has why
 * @param registrations registrations that there are now
 * @param watched services that are watched now
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
