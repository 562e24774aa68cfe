package io.gannet.transport.internal.loop;

import io.gannet.transport.Io;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The loops of all endpoints that have none of their own: started for the first of them and ended
 * after the last.
 */
public final class SharedEventLoops {

  private static @Nullable NettyEventLoops loops;
  private static @Nullable NettyEventLoops ending;
  private static int users;

  private SharedEventLoops() {}

  /** {@return the loops; to be given back with {@link #release}} */
  public static synchronized NettyEventLoops acquire() {
    if (loops == null) {
      loops = new NettyEventLoops(Io.AUTO, 0);
    }
    users++;
    return loops;
  }

  /** Gives the loops back; they end if nobody else uses them. */
  public static synchronized void release() {
    users--;
    if (users == 0 && loops != null) {
      loops.shutdown();
      ending = loops;
      loops = null;
    }
  }

  /**
   * Waits for the end of loops that nobody uses any more.
   *
   * @param timeout how long at most
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
