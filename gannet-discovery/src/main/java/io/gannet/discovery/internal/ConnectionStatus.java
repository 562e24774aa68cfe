package io.gannet.discovery.internal;

import io.gannet.discovery.RegistryStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The status of a registry's connection at one moment. */
record ConnectionStatus(
    RegistryStatus.State state, Instant since, String session, @Nullable Throwable cause)
    implements RegistryStatus {}
