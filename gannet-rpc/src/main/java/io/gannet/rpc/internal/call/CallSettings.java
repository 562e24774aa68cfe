package io.gannet.rpc.internal.call;

import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcInterceptor;
import io.gannet.rpc.internal.service.ServiceShapes;
import io.gannet.rpc.internal.service.Services;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.Wire;
import io.gannet.transport.internal.json.JsonTypes;
import io.gannet.transport.internal.text.FailureLog;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What all connections of an endpoint have in common. Durations are in nanoseconds.
 *
 * @param isServer whether clients connect to it
 * @param wire how they are spoken on
 * @param clock tells the time
 * @param services what is offered
 * @param failures how exceptions travel
 * @param outgoing interceptors of calls of this side
 * @param incoming interceptors of calls of peers
 * @param limits how many calls there may be on each
 * @param window how much of each stream this side takes ahead of who reads it
 * @param running how many calls of peers run now, on all connections
 * @param compressAbove how large arguments and results must be to be compressed
 * @param defaultTimeout how long a call of this side may take
 * @param greetingTimeout how long the peer may take to say hello
 * @param drainGrace how long calls may take to end when a connection is closed
 * @param greeting what this side says about itself
 * @param json maps values to JSON
 * @param shapes interfaces that are called
 * @param keys where peers can be registered, or null where nobody looks anybody up
 * @param log where what peers cause is logged
 */
public record CallSettings(
    boolean isServer,
    Wire wire,
    Clock clock,
    Services services,
    Failures failures,
    List<RpcInterceptor> outgoing,
    List<RpcInterceptor> incoming,
    CallLimits limits,
    Frame.Window window,
    RunningCalls running,
    int compressAbove,
    long defaultTimeout,
    long greetingTimeout,
    long drainGrace,
    Metadata greeting,
    JsonTypes json,
    ServiceShapes shapes,
    @Nullable PeerKeys keys,
    FailureLog log) {}
