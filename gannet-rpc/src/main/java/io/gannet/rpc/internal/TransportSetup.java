package io.gannet.rpc.internal;

import io.gannet.rpc.internal.wire.Frame;
import io.gannet.transport.Dispatch;
import io.gannet.transport.EndpointBuilder;
import io.gannet.transport.TimeSource;
import java.time.Duration;

/**
 * The transport settings that RPC needs, added to the user's settings.
 *
 * @param time the clock
 * @param heartbeatPeriod without data in one direction, after which a heartbeat is sent; zero for
 *     never
 * @param heartbeatTimeout after which silence of the peer the connection ends
 */
record TransportSetup(TimeSource time, Duration heartbeatPeriod, Duration heartbeatTimeout) {

  <T extends EndpointBuilder<Frame, T>> void apply(T transport) {
    transport.dispatch(Dispatch.eventLoop());
    transport.time(time);
    if (!heartbeatPeriod.isZero()) {
      transport.heartbeat(heartbeatPeriod, heartbeatTimeout, session -> new Frame.Ping(0));
    }
  }
}
