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
 * The settings that all connections of an endpoint share. Durations are in nanoseconds.
 *
 * @param isServer whether clients connect to it
 * @param wire the protocol
 * @param clock the clock
 * @param services the offered services
 * @param failures converts exceptions to failures and back
 * @param outgoing interceptors of calls of this side
 * @param incoming interceptors of calls of peers
 * @param limits the limits of calls per connection
 * @param window the window of each stream that this side receives
 * @param running the running calls of peers on all connections
 * @param compressAbove the smallest size of arguments and results to compress
 * @param defaultTimeout the default timeout of calls of this side
 * @param greetingTimeout the time limit for the peer's hello
 * @param drainGrace the time for running calls when a connection is closed
 * @param greeting the greeting of this side
 * @param json maps values to JSON
 * @param shapes the interfaces that are called
 * @param keys the registry of peer keys, or null if peers are never looked up by key
 * @param log the log for events that peers cause
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
    EndpointCallCounts running,
    int compressAbove,
    long defaultTimeout,
    long greetingTimeout,
    long drainGrace,
    Metadata greeting,
    JsonTypes json,
    ServiceShapes shapes,
    @Nullable PeerKeys keys,
    FailureLog log) {

  /** {@return the same with another protocol} */
  public CallSettings with(Wire other) {
    return new CallSettings(
        isServer,
        other,
        clock,
        services,
        failures,
        outgoing,
        incoming,
        limits,
        window,
        running,
        compressAbove,
        defaultTimeout,
        greetingTimeout,
        drainGrace,
        greeting,
        json,
        shapes,
        keys,
        log);
  }
}
