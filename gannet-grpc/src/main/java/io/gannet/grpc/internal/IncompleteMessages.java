package io.gannet.grpc.internal;

import io.gannet.rpc.RpcCode;
import io.netty.handler.codec.http2.Http2Exception;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Fails calls whose messages take too long to arrive. Receiving records no time; a sweep compares
 * counters with those of the last sweep. Used on the connection's loop only.
 */
final class IncompleteMessages {

  /** The longest time that a sweep counts, so that a standstill of this process doesn't count. */
  private static final long LONGEST_STEP = TimeUnit.SECONDS.toNanos(2);

  /** How long a request may stop while the connection waits for it in order to end. */
  private static final long STALL_IN_GOODBYE = TimeUnit.SECONDS.toNanos(1);

  /** The time of an incomplete message. */
  static final class Age {
    private long message = -1;
    private long bytes;
    private long incompleteFor;
    private long stalledFor;
  }

  private final GrpcConnection connection;
  private long sweptAt;
  private boolean hasSwept;

  IncompleteMessages(GrpcConnection connection) {
    this.connection = connection;
  }

  /**
   * Looks at all calls.
   *
   * @param now the time in nanoseconds
   * @param timeout the longest time from the first byte of a message to its last; 0 for no limit
   */
  void sweep(long now, long timeout) {
    long step = hasSwept ? Math.min(now - sweptAt, LONGEST_STEP) : 0;
    hasSwept = true;
    sweptAt = now;
    if (connection.connection().numActiveStreams() == 0) {
      return;
    }
    List<GrpcStream> incomplete = new ArrayList<>();
    try {
      connection
          .connection()
          .forEachActiveStream(http2 -> {
            GrpcStream stream = connection.stream(http2);
            if (stream != null && isIncomplete(stream, step)) {
              incomplete.add(stream);
            }
            return true;
          });
    } catch (Http2Exception e) {
      connection.failed(e);
      return;
    }
    for (GrpcStream stream : incomplete) {
      if (timeout > 0 && stream.age.incompleteFor >= timeout) {
        connection
            .receiver()
            .fail(
                stream,
                RpcCode.DEADLINE_EXCEEDED,
                "a message of which %,d bytes have arrived has been incomplete for %s (setting incompleteMessageTimeout)"
                    .formatted(stream.age.bytes, Duration.ofNanos(timeout)));
      } else if (stream.collecting
          && stream.age.stalledFor >= STALL_IN_GOODBYE
          && connection.gracefulClose().awaitsRequests()) {
        connection
            .receiver()
            .fail(
                stream,
                RpcCode.UNAVAILABLE,
                "the server is about to stop, and the request is incomplete");
      }
    }
  }

  private boolean isIncomplete(GrpcStream stream, long step) {
    Age age = stream.age;
    long bytes = (long) stream.prefixBytes + stream.received;
    if (!connection.receiver().awaitsMore(stream)) {
      age.message = -1;
      return false;
    }
    if (age.message != stream.messages) {
      age.message = stream.messages;
      age.incompleteFor = 0;
      age.stalledFor = 0;
    } else {
      age.incompleteFor += step;
      age.stalledFor = age.bytes == bytes ? age.stalledFor + step : 0;
    }
    age.bytes = bytes;
    return true;
  }
}
