package io.gannet.transport.internal.session;

import java.util.concurrent.Executor;

/** Passes work to a user's executor, without assumptions about it. */
record ExecutorDispatcher(Executor executor, DeferredFlushTimer deferredFlushes)
    implements Dispatcher {

  @Override
  public void start(Runnable consumer) {
    executor.execute(consumer);
  }

  @Override
  public void startBehind(Runnable consumer) {
    executor.execute(consumer);
  }

  @Override
  public void flush(DispatchedSession<?> session) {
    session.flushNow();
  }
}
