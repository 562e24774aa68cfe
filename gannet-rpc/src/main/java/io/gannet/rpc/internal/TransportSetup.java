package io.gannet.rpc.internal;

import io.gannet.rpc.internal.wire.Frame;
import io.gannet.transport.Dispatch;
import io.gannet.transport.EndpointBuilder;
import io.gannet.transport.TimeSource;
import java.time.Duration;

/**
 * What calls need of a transport, over what users have set.
 *
 * @param time what it measures by
 * @param heartbeatPeriod when a silent peer is asked for a sign of life; zero for never
 * @param heartbeatTimeout when it is given up
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
