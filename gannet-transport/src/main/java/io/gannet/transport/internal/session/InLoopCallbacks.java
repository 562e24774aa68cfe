package io.gannet.transport.internal.session;

import io.gannet.transport.CloseReason;
import io.gannet.transport.SessionListener;
import io.gannet.transport.internal.loop.Watchdog;
import org.jspecify.annotations.Nullable;

/**
 * Calls the listener directly on the session's loop. An event that occurs inside a callback waits
 * until the current work of the loop is done, so that callbacks never nest.
 */
final class InLoopCallbacks<M> extends Callbacks<M> {

  /** The callbacks of one read, for observers. */
  private static final class Tally {
    private long began;
    private int ran;
  }

  private final Watchdog.Watch watch;

  /** Null if no observer is interested. */
  private final @Nullable Tally tally;

  private boolean running;

  /** Written by any thread. */
  private volatile boolean discarding;

  InLoopCallbacks(DispatchedSession<M> session, SessionListener<M> listener, Watchdog.Watch watch) {
    super(session, listener);
    this.watch = watch;
    this.tally = session.observers().wantTraffic() ? new Tally() : null;
  }

  @Override
  void open() {
    run(() -> {
      if (!callOnOpen()) {
        discarding = true;
      }
    });
  }

  @Override
  void beginRead() {
    watch.begin(session);
    if (tally != null) {
      tally.began = session.observers().beginCallbacks();
      tally.ran = 0;
    }
  }

  @Override
  void message(M message) {
    if (!discarding) {
      running = true;
      count();
      try {
        if (!callOnMessage(message)) {
          discarding = true;
        }
      } finally {
        running = false;
      }
    }
  }

  @Override
  void decoded(int bytes) {} // no events wait

  @Override
  void endOfRead(int bytes) {
    watch.end();
    if (tally != null) {
      session.observers().endCallbacks(session, tally.began, tally.ran);
    }
  }

  private void count() {
    if (tally != null) {
      tally.ran++;
    }
  }

  @Override
  void error(Throwable error) {
    run(() -> {
      if (!discarding) {
        callOnError(error);
      }
    });
  }

  @Override
  void cron() {
    run(() -> {
      if (!discarding && !callOnCron()) {
        discarding = true;
      }
    });
  }

  @Override
  void afterAll(Runnable action) {
    if (running) {
      session.later(action);
    } else {
      action.run();
    }
  }

  @Override
  void discard() {
    discarding = true;
  }

  @Override
  void close(CloseReason reason) {
    run(() -> {
      discarding = true;
      callOnClose(reason);
    });
  }

  @Override
  int waiting() {
    return 0;
  }

  @Override
  boolean defersFlush(Thread sender) {
    return false; // the session defers all flushes on the loop
  }

  @Override
  boolean runsOn(Thread thread) {
    return watch.isOf(thread) && running;
  }

  private void run(Runnable callback) {
    if (running) {
      session.later(() -> run(callback));
      return;
    }
    boolean outermost = session.beginRun(); // otherwise this belongs to a read
    running = true;
    long start = 0;
    if (outermost) {
      watch.begin(session);
      start = session.observers().beginCallbacks();
    }
    try {
      callback.run();
    } finally {
      running = false;
      if (outermost) {
        watch.end();
        session.observers().endCallbacks(session, start, 1);
        session.endRun();
      } else {
        count();
      }
    }
  }
}
