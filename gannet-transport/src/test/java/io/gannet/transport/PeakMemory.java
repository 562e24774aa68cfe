package io.gannet.transport;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetric;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.util.concurrent.locks.LockSupport;

/** Measures the peak memory of Netty's buffers until it is closed. */
final class PeakMemory implements AutoCloseable {

  private static final long PERIOD_NANOS = 200_000;

  private final long before = used();
  private final Thread watcher;
  private volatile long peak = before;
  private volatile boolean closed;

  PeakMemory() {
    watcher =
        Thread.ofPlatform()
            .start(() -> {
              while (!closed) {
                look();
                LockSupport.parkNanos(PERIOD_NANOS);
              }
            });
  }

  private synchronized void look() {
    peak = Math.max(peak, used());
  }

  private static long used() {
    ByteBufAllocatorMetric metric =
        ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric();
    return metric.usedDirectMemory() + metric.usedHeapMemory();
  }

  /** {@return the peak since the start, less the memory at the start, in bytes} */
  long growth() {
    look();
    return peak - before;
  }

  @Override
  public void close() {
    closed = true;
    try {
      watcher.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
