package io.gannet.transport;

import java.util.Objects;
import java.util.concurrent.Executor;

/** Which threads call a {@link SessionListener}. */
public sealed interface Dispatch {

  /**
   * On virtual threads, one at a time for each session: callbacks may block, other sessions don't
   * notice. A session whose listener is behind by 1,024 messages or 4 MiB is not read until half of
   * them are done. The default.
   *
   * <p>On a JDK before 24, a virtual thread that blocks inside {@code synchronized} holds its carrier
   * thread: many callbacks that do so at the same time hold up all others. Use {@link
   * java.util.concurrent.locks.ReentrantLock}, a newer JDK, or {@link #executor}.
   *
   * @return the dispatch
   */
  static Dispatch virtual() {
    return new Virtual();
  }

  /**
   * On the session's I/O thread, without any hand-over: the lowest latency and cost. Callbacks must
   * not block; one that takes long is logged.
   *
   * @return the dispatch
   */
  static Dispatch eventLoop() {
    return new OnEventLoop();
  }

  /**
   * On threads of an executor, in order and one at a time for each session, with the same limit as
   * {@link #virtual()}.
   *
   * @param executor runs the callbacks; never shut down by this library
   * @return the dispatch
   */
  static Dispatch executor(Executor executor) {
    return new OnExecutor(executor);
  }

  /** See {@link Dispatch#virtual()}. */
  record Virtual() implements Dispatch {}

  /** See {@link Dispatch#eventLoop()}. */
  record OnEventLoop() implements Dispatch {}

  /**
   * See {@link Dispatch#executor}.
   *
   * @param executor runs the callbacks
   */
  record OnExecutor(Executor executor) implements Dispatch {

    /** Checks the argument. */
    public OnExecutor {
      Objects.requireNonNull(executor, "executor");
    }
  }
}
