package io.gannet.rpc.internal.call;

/**
 * How many calls there may be.
 *
 * @param pending calls of this side on one connection that wait for their response
 * @param runningPerConnection calls of the peer on one connection that run
 * @param running calls of peers on all connections together that run
 */
public record CallLimits(int pending, int runningPerConnection, int running) {}
