package io.gannet.rpc;

/**
 * The counters of a connection.
 *
 * @param callsSent calls made by this side
 * @param callsPending calls made by this side that wait for their reply
 * @param callsReceived calls made by the peer, including refused ones
 * @param callsRunning calls of the peer that run, or whose response waits because the peer doesn't
 *     read
 * @param callsRefused calls of the peer that were refused without being run
 * @param unexpectedResponses responses without a waiting call, mostly because it was cancelled or
 *     its deadline passed
 * @param skippedFrames frames with an unknown type, or that belong to no call
 */
public record RpcStats(
    long callsSent,
    int callsPending,
    long callsReceived,
    int callsRunning,
    long callsRefused,
    long unexpectedResponses,
    long skippedFrames) {}
