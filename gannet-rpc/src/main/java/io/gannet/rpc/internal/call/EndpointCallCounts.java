package io.gannet.rpc.internal.call;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The number and the size of running incoming calls on all connections of an endpoint. Thread-safe.
 */
public final class EndpointCallCounts {

  private static final long MOST = 256L << 20;
  private static final long LEAST = 8L << 20;

  /** Decoded arguments take several times their size, and the heap needs room for other data. */
  private static final int PART_OF_HEAP = 8;

  private final int maxCalls;
  private final long maxBytes;
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  /**
   * Creates counters with limits.
   *
   * @param maxCalls the maximum number of calls
   * @param maxBytes the maximum total size of their arguments in bytes
   */
  public EndpointCallCounts(int maxCalls, long maxBytes) {
    this.maxCalls = maxCalls;
    this.maxBytes = maxBytes;
  }

  /** {@return the default limit of bytes, in proportion to the heap} */
  public static long defaultMaxBytes() {
    return Math.clamp(Runtime.getRuntime().maxMemory() / PART_OF_HEAP, LEAST, MOST);
  }

  /**
   * Counts a call, unless a limit would be exceeded.
   *
   * @param size the counted bytes of its arguments
   * @return null if it is counted, otherwise the exceeded limit
   */
  @Nullable String enter(int size) {
    if (calls.incrementAndGet() > maxCalls) {
      calls.decrementAndGet();
      return "%,d calls run already (setting maxRunningCalls)".formatted(maxCalls);
    }
    if (size > 0 && bytes.addAndGet(size) > maxBytes) {
      leave(size);
      return "with these the arguments of all running calls would have more than %,d bytes (setting maxRunningBytes)"
          .formatted(maxBytes);
    }
    return null;
  }

  /**
   * Counts a call that already exists, regardless of the limits.
   *
   * @param size the counted bytes of its arguments
   */
  void enterAgain(int size) {
    calls.incrementAndGet();
    if (size > 0) {
      bytes.addAndGet(size);
    }
  }

  /**
   * Counts bytes that a running call holds in addition to its arguments, unless the limit would be
   * exceeded.
   *
   * @param size the number of bytes
   * @param withWhat their purpose, for users
   * @return null if they are counted, otherwise the exceeded limit
   */
  @Nullable String hold(int size, String withWhat) {
    if (bytes.addAndGet(size) > maxBytes) {
      release(size);
      return "%s all running calls would have more than %,d bytes (setting maxRunningBytes)"
          .formatted(withWhat, maxBytes);
    }
    return null;
  }

  /**
   * Releases counted bytes.
   *
   * @param size the number of bytes
   */
  void release(int size) {
    bytes.addAndGet(-size);
  }

  /**
   * Removes a call from the count.
   *
   * @param size the counted bytes of its arguments
   */
  void leave(int size) {
    calls.decrementAndGet();
    if (size > 0) {
      bytes.addAndGet(-size);
    }
  }
}
