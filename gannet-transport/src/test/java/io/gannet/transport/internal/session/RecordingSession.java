package io.gannet.transport.internal.session;

import io.gannet.transport.CloseReason;
import io.gannet.transport.SessionListener;
import io.gannet.transport.internal.text.FailureLog;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** A session that records the requests of its callbacks, with a loop that the test runs. */
final class RecordingSession extends StubSession implements DispatchedSession<String> {

  private final FailureLog failures = new FailureLog("io.gannet.transport.failures");
  private final Observers observers = new Observers(List.of(), failures);
  private final List<Runnable> loop = new ArrayList<>();
  final List<Throwable> dispatchFailures = new ArrayList<>();
  boolean paused;
  private int inboundMessages;
  private int inboundBytes;
  int pauses;
  int flushes;
  int closes;

  /** Queues events for a listener. */
  QueuedCallbacks<String> callbacks(
      SessionListener<String> listener,
      Executor executor,
      DeferredFlushTimer flushes,
      int maxMessages,
      int maxBytes) {
    inboundMessages = maxMessages;
    inboundBytes = maxBytes;
    return new QueuedCallbacks<>(this, listener, new ExecutorDispatcher(executor, flushes));
  }

  /** Runs all tasks of the loop, and the tasks that they submit. */
  void runLoop() {
    while (!loop.isEmpty()) {
      loop.removeFirst().run();
    }
  }

  /** Runs the first task of the loop. */
  void runOnLoop() {
    loop.removeFirst().run();
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public Observers observers() {
    return observers;
  }

  @Override
  public FailureLog failures() {
    return failures;
  }

  @Override
  public boolean closesOnListenerFailure() {
    return false;
  }

  @Override
  public int inboundMessages() {
    return inboundMessages;
  }

  @Override
  public int inboundBytes() {
    return inboundBytes;
  }

  @Override
  public void onLoop(Runnable action) {
    loop.add(action);
  }

  @Override
  public void later(Runnable action) {
    loop.add(action);
  }

  @Override
  public void flushNow() {
    flushes++;
  }

  @Override
  public boolean beginRun() {
    return true;
  }

  @Override
  public void endRun() {}

  @Override
  public void pauseReading() {
    paused = true;
    pauses++;
  }

  @Override
  public void resumeReading() {
    paused = false;
  }

  @Override
  public void dispatchFailed(Throwable cause) {
    dispatchFailures.add(cause);
  }

  @Override
  public void listenerFailed(String callback, Throwable cause) {}

  @Override
  public void refused(Throwable cause) {}

  @Override
  public void opened() {}

  @Override
  public void closed(CloseReason why) {
    closes++;
  }
}
