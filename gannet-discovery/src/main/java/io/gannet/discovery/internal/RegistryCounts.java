package io.gannet.discovery.internal;

import io.gannet.discovery.RegistryStats;

/** The counters of a registry at one moment. */
record RegistryCounts(
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
    int watched)
    implements RegistryStats {}
