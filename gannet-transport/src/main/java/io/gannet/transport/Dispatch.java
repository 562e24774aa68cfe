package io.gannet.transport;

import java.util.Objects;
import java.util.concurrent.Executor;

/** The threads that call a {@link SessionListener}. */
public sealed interface Dispatch {

  /**
   * Calls listeners on virtual threads, one at a time for each session. Callbacks may block; other
   * sessions are not affected. Reading a session pauses when 1,024 messages or 4 MiB are queued for
   * its listener ({@link EndpointBuilder#inboundQueue}), and resumes when half of them are done.
   * This is the default.
   *
   * <p>On a JDK before 24, a virtual thread that blocks inside {@code synchronized} pins its
   * carrier thread. Many such callbacks at the same time delay all others. Use
   * {@link java.util.concurrent.locks.ReentrantLock}, a newer JDK, or {@link #executor}.
   *
   * @return the dispatch
   */
  static Dispatch virtual() {
    return new Virtual();
  }

  /**
   * Calls listeners on the session's I/O thread, without handing over to another thread: the lowest
   * latency and cost. Callbacks must not block; a slow one is logged.
   *
   * @return the dispatch
   */
  static Dispatch eventLoop() {
    return new OnEventLoop();
  }

  /**
   * Calls listeners on the threads of an executor, in order and one at a time for each session,
   * with the same queue limits as {@link #virtual()}.
   *
   * @param executor runs the callbacks; never shut down by Gannet
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
