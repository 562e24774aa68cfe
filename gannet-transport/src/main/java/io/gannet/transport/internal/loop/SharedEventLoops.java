package io.gannet.transport.internal.loop;

import io.gannet.transport.Io;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The loops of all endpoints without loops of their own. Started for the first such endpoint and
 * ended after the last.
 */
public final class SharedEventLoops {

  private static @Nullable NettyEventLoops loops;
  private static @Nullable NettyEventLoops ending;
  private static int users;

  private SharedEventLoops() {}

  /** {@return the loops; release them with {@link #release}} */
  public static synchronized NettyEventLoops acquire() {
    if (loops == null) {
      loops = new NettyEventLoops(Io.AUTO, 0);
    }
    users++;
    return loops;
  }

  /** Releases the loops, which end if they are no longer used. */
  public static synchronized void release() {
    users--;
    if (users == 0 && loops != null) {
      loops.shutdown();
      ending = loops;
      loops = null;
    }
  }

  /**
   * Waits for the end of loops that are no longer used.
   *
   * @param timeout the maximum time to wait
   */
  public static void awaitIfUnused(Duration timeout) {
    NettyEventLoops unused;
    synchronized (SharedEventLoops.class) {
      unused = ending;
    }
    if (unused != null && !NettyEventLoops.onLoopThread()) {
      unused.awaitEnd(timeout);
    }
  }
}
