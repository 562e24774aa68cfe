package io.gannet.transport.internal.session;

import io.gannet.transport.SessionStats;
import java.time.Duration;

/** The counters of a session at one moment. */
record SessionCounts(
    Duration age,
    long bytesIn,
    long bytesOut,
    long wireBytesIn,
    long wireBytesOut,
    long messagesIn,
    long messagesOut,
    long messagesDropped,
    long queueFull,
    long queuedBytes,
    int undispatchedMessages,
    long readPauses,
    long messagesLost)
    implements SessionStats {}
