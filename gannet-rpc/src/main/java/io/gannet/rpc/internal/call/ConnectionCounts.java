package io.gannet.rpc.internal.call;

import io.gannet.rpc.RpcStats;

/** The counters of a connection at one moment. */
record ConnectionCounts(
    long callsSent,
    int callsPending,
    long callsReceived,
    int callsRunning,
    long callsRefused,
    long unexpectedResponses,
    long skippedFrames)
    implements RpcStats {}
