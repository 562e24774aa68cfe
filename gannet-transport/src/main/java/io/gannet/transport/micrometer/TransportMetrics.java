package io.gannet.transport.micrometer;

import io.gannet.transport.TransportObserver;
import io.gannet.transport.internal.micrometer.MeteringObserver;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Metrics of servers and clients.
 *
 * <p>All meters have the tag {@code endpoint}, the name of the server or client. Endpoints with the
 * same name share their meters. All meters exist, with value zero, as soon as an endpoint starts.
 *
 * <table>
 * <caption>Meters</caption>
 * <tr><th>name</th><th>kind</th><th>what</th></tr>
 * <tr><td>{@code gannet.sessions}</td><td>gauge</td><td>open sessions</td></tr>
 * <tr><td>{@code gannet.sessions.opened}</td><td>counter</td><td>opened sessions</td></tr>
 * <tr><td>{@code gannet.sessions.closed}</td><td>counter</td><td>closed sessions; tag
 * {@code reason}, a {@link io.gannet.transport.CloseReason.Kind} in lower case</td></tr>
 * <tr><td>{@code gannet.bytes}, {@code gannet.messages}</td><td>counter</td><td>traffic; tag
 * {@code direction}, {@code in} or {@code out}</td></tr>
 * <tr><td>{@code gannet.queue}</td><td>gauge, in bytes</td><td>bytes that the sessions have
 * accepted but not yet passed to the operating system; computed over all sessions at each
 * read</td></tr>
 * <tr><td>{@code gannet.messages.dropped}</td><td>counter</td><td>messages dropped because a queue
 * was full</td></tr>
 * <tr><td>{@code gannet.queue.full}</td><td>counter</td><td>times an outbound queue became
 * full</td></tr>
 * <tr><td>{@code gannet.read.paused}</td><td>counter</td><td>times reading paused because a
 * listener was behind</td></tr>
 * <tr><td>{@code gannet.callbacks}</td><td>timer</td><td>runs of callbacks</td></tr>
 * <tr><td>{@code gannet.connections.rejected}</td><td>counter</td><td>rejected connections; tag
 * {@code reason}, a {@link io.gannet.transport.RejectReason} in lower case</td></tr>
 * <tr><td>{@code gannet.accept.failures}</td><td>counter</td><td>failures to accept</td></tr>
 * <tr><td>{@code gannet.connect.failures}</td><td>counter</td><td>attempts to connect that failed,
 * and sessions that were lost within a second</td></tr>
 * <tr><td>{@code gannet.reconnects}</td><td>counter</td><td>sessions that replaced a lost
 * one</td></tr>
 * </table>
 */
@SuppressWarnings("exports") // users of this class require the library themselves
public final class TransportMetrics {

  private TransportMetrics() {}

  /**
   * Creates an observer that counts. One observer may serve any number of endpoints. Endpoints with
   * the same name must share one, because a registry accepts only the first gauge of each name.
   *
   * @param registry the registry for the meters
   * @return an observer for {@link io.gannet.transport.EndpointBuilder#observer}
   */
  public static TransportObserver observer(MeterRegistry registry) {
    return new MeteringObserver(registry);
  }
}
