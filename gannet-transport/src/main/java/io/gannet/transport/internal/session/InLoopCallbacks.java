package io.gannet.transport.internal.session;

import io.gannet.transport.CloseReason;
import io.gannet.transport.internal.loop.Watchdog;
import io.netty.channel.EventLoop;

/**
 * Calls the listener on the session's loop, at once. Only an event that comes up inside a callback
 * waits until the loop is back, so that callbacks never nest.
 */
final class InLoopCallbacks<M> implements Callbacks<M> {

  private final NettySession<M> session;
  private final CallbackInvoker<M> invoker;
  private final EventLoop loop;
  private final Watchdog.Watch watch;

  /** When the callbacks of this read began, for observers, and how many there were. */
  private long began;

  private int ran;

  private boolean running;

  /** Written by anyone. */
  private volatile boolean discarding;

  InLoopCallbacks(
      NettySession<M> session, CallbackInvoker<M> invoker, EventLoop loop, Watchdog.Watch watch) {
    this.session = session;
    this.invoker = invoker;
    this.loop = loop;
    this.watch = watch;
  }

  @Override
  public void open() {
    run(() -> {
      if (!invoker.open()) {
        discarding = true;
      }
    });
  }

  @Override
  public void beginRead() {
    watch.begin(session);
    began = session.observers().beginCallbacks();
    ran = 0;
  }

  @Override
  public void message(M message) {
    if (!discarding) {
      running = true;
      ran++;
      try {
        if (!invoker.message(message)) {
          discarding = true;
        }
      } finally {
        running = false;
      }
    }
  }

  @Override
  public void decoded(int bytes) {} // nothing waits

  @Override
  public void endOfRead(int bytes) {
    watch.end();
    session.observers().endCallbacks(session, began, ran);
  }

  @Override
  public void error(Throwable error) {
    run(() -> {
      if (!discarding) {
        invoker.error(error);
      }
    });
  }

  @Override
  public void cron() {
    run(() -> {
      if (!discarding && !invoker.cron()) {
        discarding = true;
      }
    });
  }

  @Override
  public void afterAll(Runnable action) {
    if (running) {
      loop.execute(action);
    } else {
      action.run();
    }
  }

  @Override
  public void discard() {
    discarding = true;
  }

  @Override
  public void close(CloseReason reason) {
    run(() -> {
      discarding = true;
      invoker.close(reason);
    });
  }

  @Override
  public int waiting() {
    return 0;
  }

  @Override
  public boolean defersFlush(Thread sender) {
    return false; // the session does, for everything that happens on the loop
  }

  @Override
  public boolean runsOn(Thread thread) {
    return loop.inEventLoop(thread) && running;
  }

  private void run(Runnable callback) {
    if (running) {
      loop.execute(() -> run(callback));
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
        ran++;
      }
    }
  }
}
