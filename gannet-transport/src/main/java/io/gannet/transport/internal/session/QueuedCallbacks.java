package io.gannet.transport.internal.session;

import io.gannet.transport.CloseReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Hands the events of a session over to an executor, which runs them in order and one at a time.
 *
 * <p><b>Concurrency.</b> One producer, the session's loop; at most one consumer at any moment. Events
 * are linked into a list, a node for each hand-over, and counted in {@link #pending}, whose upper 24
 * bits count events and whose lower 40 bits count the bytes they came from. The producer links the
 * node first and counts it then; whoever raises the count from zero starts a consumer. A consumer
 * takes a node, runs its events, and only then lowers the count; if that makes it zero it ends, and
 * the next hand-over starts another. So there is a consumer exactly while the count is not zero, what
 * one consumer wrote is seen by the next, and the fields marked as the consumer's need no other
 * protection.
 *
 * <p><b>Reading pauses</b> when the count passes a limit, and resumes when it is back at half of it.
 * The producer sets {@link #paused} before it looks at the count again, the consumer lowers the count
 * before it looks at {@code paused}: at least one of them sees that it is time to resume.
 */
final class QueuedCallbacks<M> implements Callbacks<M>, Runnable {

  private static final int COUNT_SHIFT = 40;
  private static final long ONE_EVENT = 1L << COUNT_SHIFT;
  private static final long BYTES_MASK = ONE_EVENT - 1;

  /** After so many hand-overs a consumer makes way for others on the same executor. */
  private static final int NODES_PER_TURN = 64;

  /** An event that is not a message. */
  private interface Event<M> {
    void run(QueuedCallbacks<M> callbacks);
  }

  /** Events handed over together. */
  private static final class Node {
    /** Null once they have run, so that the last node of an idle session holds no message. */
    Object @Nullable [] events;

    final long weight;
    @Nullable Node next;

    Node(Object @Nullable [] events, long weight) {
      this.events = events;
      this.weight = weight;
    }
  }

  private final NettySession<M> session;
  private final CallbackInvoker<M> invoker;
  private final Executor executor;
  private final int maxMessages;
  private final int maxBytes;

  private final AtomicLong pending = new AtomicLong();

  /** Messages of the read that is being decoded. The producer's. */
  private @Nullable List<Object> batch;

  /** The last node handed over. The producer's. */
  private Node last;

  /** The last node taken. The consumer's. */
  private Node taken;

  /** Written by the producer, read by both. */
  private volatile boolean paused;

  /** Written by anyone. */
  private volatile boolean discarding;

  /** Whether a cron event waits. Set by the producer, reset by the consumer. */
  private volatile boolean cronWaits;

  /** Which thread runs callbacks now. Written by the consumer. */
  private volatile @Nullable Thread runner;

  QueuedCallbacks(
      NettySession<M> session,
      CallbackInvoker<M> invoker,
      Executor executor,
      int maxMessages,
      int maxBytes) {
    this.session = session;
    this.invoker = invoker;
    this.executor = executor;
    this.maxMessages = maxMessages;
    this.maxBytes = maxBytes;
    this.last = new Node(null, 0);
    this.taken = last;
  }

  @Override
  public void open() {
    event(callbacks -> {
      if (!callbacks.invoker.open()) {
        callbacks.discarding = true;
      }
    });
  }

  @Override
  public void beginRead() {}

  @Override
  public void message(M message) {
    if (batch == null) {
      batch = new ArrayList<>();
    }
    batch.add(message);
  }

  @Override
  public void endOfRead(int bytes) {
    List<Object> messages = batch;
    if (messages == null) {
      return;
    }
    batch = null;
    handOver(messages.toArray(), Math.min(bytes, BYTES_MASK));
    long now = pending.get();
    if (!paused && (events(now) >= maxMessages || bytes(now) >= maxBytes)) {
      paused = true;
      session.pauseReading();
      if (isHalfDone(pending.get())) {
        resume();
      }
    }
  }

  @Override
  public void error(Throwable error) {
    event(callbacks -> {
      if (!callbacks.discarding) {
        callbacks.invoker.error(error);
      }
    });
  }

  @Override
  public void cron() {
    if (!cronWaits) {
      cronWaits = true;
      event(callbacks -> {
        if (!callbacks.discarding) {
          callbacks.invoker.cron();
        }
        callbacks.cronWaits = false;
      });
    }
  }

  @Override
  public void afterAll(Runnable action) {
    event(callbacks -> callbacks.session.onLoop(action));
  }

  @Override
  public void discard() {
    discarding = true;
  }

  @Override
  public void close(CloseReason reason) {
    event(callbacks -> callbacks.invoker.close(reason));
  }

  @Override
  public int waiting() {
    return events(pending.get());
  }

  @Override
  public boolean runsOn(Thread thread) {
    return thread.equals(runner);
  }

  /** Hands over an event, behind the messages decoded so far. */
  private void event(Event<M> event) {
    List<Object> messages = batch;
    if (messages == null) {
      handOver(new Object[] {event}, 0);
    } else {
      messages.add(event);
    }
  }

  private void handOver(Object[] events, long bytes) {
    Node node = new Node(events, events.length * ONE_EVENT + bytes);
    last.next = node;
    last = node;
    if (pending.getAndAdd(node.weight) == 0) {
      start();
    }
  }

  private void start() {
    try {
      executor.execute(this);
    } catch (RejectedExecutionException e) {
      // onClose must still be called, so somebody must run it.
      discarding = true;
      session.dispatchFailed(e);
      Thread.startVirtualThread(this);
    }
  }

  /** Consumes; called by the executor only. */
  @Override
  public void run() {
    runner = Thread.currentThread();
    for (int turn = 0; turn < NODES_PER_TURN; turn++) {
      Node node = taken.next;
      if (node == null) {
        throw new IllegalStateException("a consumer runs while nothing is pending");
      }
      taken = node;
      runAll(Objects.requireNonNull(node.events));
      node.events = null;
      boolean more = pending.get() > node.weight;
      if (!more) {
        runner = null; // before the count allows another consumer
      }
      long left = pending.addAndGet(-node.weight);
      if (paused && isHalfDone(left)) {
        session.onLoop(this::resume);
      }
      if (left == 0) {
        return;
      }
      runner = Thread.currentThread();
    }
    runner = null;
    start();
  }

  @SuppressWarnings("unchecked") // what is not an event is a message that this session's codec made
  private void runAll(Object[] events) {
    long began = session.observers().beginCallbacks();
    for (Object event : events) {
      if (event instanceof Event<?>) {
        ((Event<M>) event).run(this);
      } else if (!discarding) {
        invoker.message((M) event);
      }
    }
    session.observers().endCallbacks(session, began, events.length);
  }

  private void resume() {
    if (paused) {
      paused = false;
      session.resumeReading();
    }
  }

  private boolean isHalfDone(long count) {
    return events(count) <= maxMessages / 2 && bytes(count) <= maxBytes / 2;
  }

  private static int events(long count) {
    return (int) (count >>> COUNT_SHIFT);
  }

  private static long bytes(long count) {
    return count & BYTES_MASK;
  }
}
