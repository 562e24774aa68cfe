package io.gannet.rpc.internal.call;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How many calls of peers run, on all connections of an endpoint, and how large they are.
 * Thread-safe.
 */
public final class RunningCalls {

  private static final long MOST = 256L << 20;
  private static final long LEAST = 8L << 20;

  /**
   * What becomes of arguments takes some times their size; a heap has room for other things, too.
   */
  private static final int PART_OF_HEAP = 8;

  private final int maxCalls;
  private final long maxBytes;
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  /**
   * Creates a count of none.
   *
   * @param maxCalls how many there may be
   * @param maxBytes how many bytes of arguments they may have together
   */
  public RunningCalls(int maxCalls, long maxBytes) {
    this.maxCalls = maxCalls;
    this.maxBytes = maxBytes;
  }

  /**
   * {@return how many bytes there may be unless the user says: no more than the heap has room for}
   */
  public static long defaultMaxBytes() {
    return Math.clamp(Runtime.getRuntime().maxMemory() / PART_OF_HEAP, LEAST, MOST);
  }

  /**
   * Counts one more, unless there are too many.
   *
   * @param size how many bytes of arguments it counts for
   * @return null if it is counted, or what there is too much of
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
   * Counts one more whatever the limits, because it is there already.
   *
   * @param size how many bytes of arguments it counts for
   */
  void enterAgain(int size) {
    calls.incrementAndGet();
    if (size > 0) {
      bytes.addAndGet(size);
    }
  }

  /**
   * Counts bytes that a running call has got beside its arguments, unless there are too many.
   *
   * @param size how many
   * @param withWhat what has them, for people
   * @return null if they are counted, or what there is too much of
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
   * Counts what was held, not any more.
   *
   * @param size how many bytes
   */
  void release(int size) {
    bytes.addAndGet(-size);
  }

  /**
   * Counts one less.
   *
   * @param size how many bytes of arguments it counted for
   */
  void leave(int size) {
    calls.decrementAndGet();
    if (size > 0) {
      bytes.addAndGet(-size);
    }
  }
}
