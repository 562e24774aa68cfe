package io.gannet.transport.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.transport.CloseReason;
import io.gannet.transport.CloseReason.Kind;
import io.gannet.transport.Session;
import io.gannet.transport.SessionListener;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Delivery of events when the listener, the executor or the peer misbehaves. */
class QueuedCallbacksTest {

  private static final CloseReason CLOSED = new CloseReason(Kind.CLOSED, "");

  /** The tasks that the executor has received and not yet run. */
  private final Deque<Runnable> tasks = new ArrayDeque<>();

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final RecordingSession session = new RecordingSession();
  private final List<String> events = new CopyOnWriteArrayList<>();

  @AfterEach
  void closeChannel() {
    channel.finishAndReleaseAll();
  }

  private QueuedCallbacks<String> callbacks(Executor executor, SessionListener<String> listener) {
    DeferredFlushTimer flushes = new DeferredFlushTimer(channel.eventLoop());
    return session.callbacks(listener, executor, flushes, 4, 1000);
  }

  private final class Recorder implements SessionListener<String> {
    @Override
    public void onOpen(Session<String> opened) {
      events.add("open");
    }

    @Override
    public void onMessage(Session<String> from, String message) {
      events.add(message);
    }

    @Override
    public void onError(Session<String> of, Throwable error) {
      events.add("error");
    }

    @Override
    public void onClose(Session<String> closed, CloseReason reason) {
      events.add("close");
    }
  }

  private void runTasks() {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }

  private static void read(QueuedCallbacks<String> callbacks, String... messages) {
    callbacks.beginRead();
    for (String message : messages) {
      callbacks.message(message);
    }
    callbacks.endOfRead(10 * messages.length);
  }

  @Test
  void aPeerThatOnlyCausesErrorsIsPaused() {
    QueuedCallbacks<String> callbacks = callbacks(tasks::add, new Recorder());
    for (int i = 0; i < 4; i++) {
      assertThat(session.paused).isFalse();
      callbacks.beginRead();
      callbacks.error(new IllegalStateException("bad message"));
      callbacks.endOfRead(10);
    }
    assertThat(session.paused).isTrue();

    runTasks();
    session.runLoop();
    assertThat(session.paused).isFalse();
    assertThat(events).hasSize(4);
  }

  @Test
  void bytesCountBeforeTheirReadHasEnded() {
    QueuedCallbacks<String> callbacks = callbacks(tasks::add, new Recorder());
    callbacks.beginRead();
    callbacks.message("one");
    callbacks.decoded(600);
    assertThat(session.paused).isFalse();
    callbacks.message("two");
    callbacks.decoded(600);
    assertThat(session.paused).isTrue();
    callbacks.endOfRead(0);

    runTasks();
    session.runLoop();
    assertThat(session.paused).isFalse();
    assertThat(events).containsExactly("one", "two");
  }

  @Test
  void sendsOfABlockedCallbackAreFlushedAtOnce() {
    List<Boolean> deferred = new CopyOnWriteArrayList<>();
    List<QueuedCallbacks<String>> itself = new CopyOnWriteArrayList<>();
    SessionListener<String> sender =
        (from, message) -> {
          itself.getFirst().defersFlush(Thread.currentThread());
          deferred.add(session.flushes == 0);
          if (message.equals("blocks")) {
            assertThat(itself.getFirst().flushIfDeferred()).isTrue();
            assertThat(itself.getFirst().flushIfDeferred()).isFalse();
            session.flushes = 0;
          }
        };
    QueuedCallbacks<String> callbacks = callbacks(tasks::add, sender);
    itself.add(callbacks);
    read(callbacks, "blocks", "sends", "ends");

    runTasks();

    assertThat(deferred).containsExactly(true, false, false);
  }

  @Test
  void aLateResumeDoesNotExceedTheLimit() {
    QueuedCallbacks<String> callbacks = callbacks(tasks::add, new Recorder());
    for (String message : List.of("1", "2", "3", "4")) {
      read(callbacks, message);
    }
    assertThat(session.paused).isTrue();
    runTasks(); // several hand-overs end below the half while the loop is busy

    session.runOnLoop(); // the first of them resumes
    assertThat(session.paused).isFalse();
    for (String message : List.of("5", "6", "7", "8")) {
      read(callbacks, message);
    }
    assertThat(session.paused).isTrue();
    session.runLoop();

    assertThat(session.paused).isTrue();
  }

  @Test
  void nothingReachesTheListenerAfterClose() {
    QueuedCallbacks<String> callbacks = callbacks(tasks::add, new Recorder());
    callbacks.open();
    read(callbacks, "in time");
    callbacks.close(CLOSED);
    read(callbacks, "late");
    callbacks.error(new IllegalStateException("late"));

    runTasks();
    assertThat(events).containsExactly("open", "in time", "close");
  }

  @Test
  void anExecutorThatRunsTasksInPlaceDoesNotNestThem() {
    // A pool with CallerRunsPolicy that was busy at first and is saturated now.
    AtomicInteger depth = new AtomicInteger();
    AtomicInteger deepest = new AtomicInteger();
    Executor saturated =
        task -> {
          if (events.isEmpty()) {
            tasks.add(task);
          } else {
            deepest.accumulateAndGet(depth.incrementAndGet(), Math::max);
            task.run();
            depth.decrementAndGet();
          }
        };
    QueuedCallbacks<String> callbacks = callbacks(saturated, new Recorder());
    int reads = 1000;
    for (int i = 0; i < reads; i++) {
      read(callbacks, "message");
    }
    runTasks();
    callbacks.close(CLOSED);

    assertThat(events).hasSize(reads + 1).endsWith("close");
    assertThat(deepest).hasValue(1);
  }

  @Test
  void anExecutorThatFailsInAnyWayStillLeadsToClose() {
    QueuedCallbacks<String> callbacks =
        callbacks(
            task -> {
              throw new InternalError("unable to create a thread");
            },
            new Recorder());
    callbacks.open();
    callbacks.close(CLOSED);

    await().untilAsserted(() -> assertThat(events).containsExactly("open", "close"));
    assertThat(session.dispatchFailures).hasAtLeastOneElementOfType(InternalError.class);
  }

  @Test
  void anExceptionThatCannotBeLoggedDoesNotStopTheOthers() {
    class Unprintable extends RuntimeException {
      private static final long serialVersionUID = 1;

      @Override
      public String getMessage() {
        throw new IllegalStateException("not even a message");
      }
    }
    SessionListener<String> listener =
        new SessionListener<>() {
          @Override
          public void onMessage(Session<String> from, String message) {
            events.add(message);
            throw new Unprintable();
          }

          @Override
          public void onClose(Session<String> closed, CloseReason reason) {
            events.add("close");
            throw new Unprintable();
          }
        };
    QueuedCallbacks<String> callbacks = callbacks(tasks::add, listener);
    read(callbacks, "one", "two");
    callbacks.close(CLOSED);

    runTasks();
    assertThat(events).containsExactly("one", "two", "close");
    assertThat(session.closes).isEqualTo(1);
    assertThat(callbacks.waiting()).isZero();
  }
}
