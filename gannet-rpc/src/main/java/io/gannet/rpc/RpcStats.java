package io.gannet.rpc;

/**
 * What has passed over a connection.
 *
 * @param callsSent how many calls this side has made
 * @param callsPending how many of those have no reply yet
 * @param callsReceived how many calls the peer has made, refused ones included
 * @param callsRunning how many of those run, or have a response that waits because the peer doesn't read
 * @param callsRefused how many of those were refused without being run
 * @param unexpectedResponses how many responses came that no call waits for: mostly because it was
 *     cancelled, or its time was over
 * @param skippedFrames how many frames were of a type that this side doesn't know, or belong to
 *     nothing
 */
public record RpcStats(
    long callsSent,
    int callsPending,
    long callsReceived,
    int callsRunning,
    long callsRefused,
    long unexpectedResponses,
    long skippedFrames) {}
