package io.gannet.rpc.internal.call;

/**
 * How many calls there may be on one connection.
 *
 * @param pending calls of this side that wait for their response
 * @param runningPerConnection calls of the peer that run
 */
public record CallLimits(int pending, int runningPerConnection) {}
