package io.gannet.cli.internal.echo;

import io.gannet.transport.CloseReason;
import io.gannet.transport.Session;
import io.gannet.transport.SessionStats;
import io.gannet.transport.StopReport;
import io.gannet.transport.TransportObserver;
import java.util.concurrent.atomic.LongAdder;

/** Adds up the counters of a server's sessions, each when it has closed. */
final class ServerTotals implements TransportObserver {

  private final LongAdder sessions = new LongAdder();
  private final LongAdder messagesIn = new LongAdder();
  private final LongAdder messagesOut = new LongAdder();
  private final LongAdder bytesIn = new LongAdder();
  private final LongAdder bytesOut = new LongAdder();

  @Override
  public void sessionClosed(Session<?> session, CloseReason reason) {
    SessionStats stats = session.stats();
    sessions.increment();
    messagesIn.add(stats.messagesIn());
    messagesOut.add(stats.messagesOut());
    bytesIn.add(stats.bytesIn());
    bytesOut.add(stats.bytesOut());
  }

  String describe(StopReport report) {
    return """
    stopped in %d ms: %d sessions drained, %d aborted, %d bytes unsent
    sessions %d
    messages %d in, %d out
    bytes    %d in, %d out\
    """
        .formatted(
            report.elapsed().toMillis(),
            report.drained(),
            report.cut(),
            report.unsentBytes(),
            sessions.sum(),
            messagesIn.sum(),
            messagesOut.sum(),
            bytesIn.sum(),
            bytesOut.sum());
  }
}
