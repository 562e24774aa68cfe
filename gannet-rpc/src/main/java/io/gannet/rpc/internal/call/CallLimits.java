package io.gannet.rpc.internal.call;

/**
 * The limits of calls on one connection.
 *
 * @param pending calls of this side that wait for a response
 * @param runningPerConnection running calls of the peer
 */
public record CallLimits(int pending, int runningPerConnection) {}
