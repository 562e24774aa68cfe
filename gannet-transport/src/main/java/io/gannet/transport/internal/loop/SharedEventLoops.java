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

  /**
   * Gives the loops back.
   *
   * @param wait how long to wait for their end if this was the last user; zero for not at all
   */
  public static void release(Duration wait) {
    NettyEventLoops unused;
    synchronized (SharedEventLoops.class) {
      if (--users > 0 || loops == null) {
        return;
      }
      unused = loops;
      loops = null;
    }
    unused.shutdown();
    if (!wait.isZero() && !NettyEventLoops.onLoopThread()) {
      unused.awaitEnd(wait);
    }
  }
}
