package io.gannet.transport.internal.session;

import io.gannet.transport.CloseReason;
import io.gannet.transport.SessionListener;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Passes the events of a session to other threads, which handle them in order and one at a time.
 *
 * <p><b>Concurrency.</b> There is one producer, the session's loop, and at most one consumer at any
 * moment. Events are linked into a list, one node per hand-over, and counted in {@link #pending}:
 * its upper 24 bits count events, its lower 40 bits count the bytes that they came from. The
 * producer first links the node and then counts it. The thread that raises the count from zero
 * starts a consumer. A consumer takes a node, handles its events, and only then lowers the count.
 * If the count is then zero, the consumer ends, and the next hand-over starts another one. So a
 * consumer exists exactly while the count isn't zero, each consumer sees the writes of the previous
 * one, and the fields marked as the consumer's need no other protection.
 *
 * <p><b>Flushing.</b> Messages that the callbacks of one hand-over send are written together: the
 * owed flush is deferred to the end of the hand-over, so that it causes one wake-up of the loop and
 * one write. A callback may block, so the loop checks after a millisecond for deferred flushes, see
 * {@link DeferredFlushTimer}.
 *
 * <p><b>Reading pauses</b> when the count exceeds a limit, and resumes when it has fallen to half
 * of the limit. The producer sets {@link #paused} before it reads the count again. The consumer
 * lowers the count before it reads {@code paused}. So at least one of them sees that reading must
 * resume.
 */
final class QueuedCallbacks<M> extends Callbacks<M>
    implements DeferredFlushTimer.Deferring, Runnable {

  private static final int COUNT_SHIFT = 40;
  private static final long ONE_EVENT = 1L << COUNT_SHIFT;
  private static final long BYTES_MASK = ONE_EVENT - 1;

  /** The number of hand-overs after which a consumer lets others on the same executor run. */
  private static final int NODES_PER_TURN = 64;

  /**
   * The count of events that were handed over and not yet handled. It is a field, because an object
   * would take 20 bytes per session.
   */
  private static final VarHandle PENDING;

  static {
    try {
      PENDING = MethodHandles.lookup().findVarHandle(QueuedCallbacks.class, "pending", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** An event other than a message. */
  private interface Event<M> {
    void run(QueuedCallbacks<M> callbacks);
  }

  /** Events that were handed over together. */
  private static final class Node {
    /**
     * Null once the events have been handled, so that the last node of an idle session retains no
     * message.
     */
    Object @Nullable [] events;

    final long weight;
    @Nullable Node next;

    Node(Object @Nullable [] events, long weight) {
      this.events = events;
      this.weight = weight;
    }
  }

  private final Dispatcher dispatcher;

  /** Changed with {@link #PENDING}. */
  private volatile long pending;

  /** The messages of the current read, and their number. For the producer only. */
  private Object @Nullable [] batch;

  private int batchSize;

  /**
   * Whether a read is being decoded, and how much may still be handed over. For the producer only.
   */
  private boolean inRead;

  private int room;
  private long roomForBytes;

  /** Bytes whose messages were handed over before they were counted. For the producer only. */
  private long unchargedBytes;

  /** Whether the loop checks for deferred flushes. Written by the producer, read by both. */
  private volatile boolean watched;

  /** The count at the loop's last check. For the producer only. */
  private long countAtLastLook;

  /** The last node that was handed over. For the producer only. */
  private Node last;

  /** The last node that was taken. For the consumer only. */
  private Node taken;

  /** Written by the producer, read by both. */
  private volatile boolean paused;

  /** Written by any thread. */
  private volatile boolean discarding;

  /** Whether a cron event is waiting. Set by the producer, cleared by the consumer. */
  private volatile boolean cronWaits;

  /** Whether more events of the same hand-over follow the current one. For the consumer only. */
  private boolean defersFlush;

  /**
   * Whether a flush is owed at the end of this hand-over. Written by the consumer, read by the
   * loop.
   */
  private volatile boolean flushDeferred;

  /** The thread that currently runs callbacks. Written by the consumer. */
  private volatile @Nullable Thread runner;

  QueuedCallbacks(
      DispatchedSession<M> session, SessionListener<M> listener, Dispatcher dispatcher) {
    super(session, listener);
    this.dispatcher = dispatcher;
    this.last = new Node(null, 0);
    this.taken = last;
  }

  @Override
  void open() {
    event(callbacks -> {
      if (!callbacks.callOnOpen()) {
        callbacks.discarding = true;
      }
    });
  }

  @Override
  void beginRead() {
    inRead = true;
    measureRoom();
  }

  private void measureRoom() {
    long now = pending;
    room = session.inboundMessages() - events(now);
    roomForBytes = session.inboundBytes() - bytes(now);
  }

  @Override
  void message(M message) {
    addToBatch(message);
  }

  private void addToBatch(Object event) {
    Object[] events = batch;
    if (events == null) {
      // Most reads contain one message; a read with several messages usually contains many.
      events = new Object[1];
    } else if (batchSize == events.length) {
      events = Arrays.copyOf(events, Math.max(16, batchSize * 2));
    }
    events[batchSize++] = event;
    batch = events;
    if (batchSize >= room) {
      handOverBatch();
    }
  }

  @Override
  void decoded(int bytes) {
    unchargedBytes += bytes;
    if (unchargedBytes >= roomForBytes && batch != null) {
      handOverBatch();
    }
  }

  @Override
  void endOfRead(int bytes) {
    inRead = false;
    unchargedBytes += bytes;
    if (batch != null) {
      handOverBatch();
    }
  }

  /** Hands over the messages decoded so far, and pauses reading if too many are waiting. */
  private void handOverBatch() {
    Object[] events = Objects.requireNonNull(batch);
    int count = batchSize;
    batch = null;
    batchSize = 0;
    enqueue(events, count, unchargedBytes);
    unchargedBytes = 0;
    if (count > 1 && !watched) {
      watched = true;
      countAtLastLook = 0;
      dispatcher.deferredFlushes().watch(this);
    }
    measureRoom();
    if (!paused && (room <= 0 || roomForBytes <= 0)) {
      paused = true;
      session.pauseReading();
      resume();
    }
  }

  @Override
  void error(Throwable error) {
    event(callbacks -> {
      if (!callbacks.discarding) {
        callbacks.callOnError(error);
      }
    });
  }

  @Override
  void cron() {
    if (!cronWaits) {
      cronWaits = true;
      event(callbacks -> {
        if (!callbacks.discarding && !callbacks.callOnCron()) {
          callbacks.discarding = true;
        }
        callbacks.cronWaits = false;
      });
    }
  }

  @Override
  void afterAll(Runnable action) {
    event(callbacks -> callbacks.session.onLoop(action));
  }

  @Override
  void discard() {
    discarding = true;
  }

  @Override
  void close(CloseReason reason) {
    event(callbacks -> {
      callbacks.discarding = true;
      callbacks.callOnClose(reason);
    });
  }

  @Override
  int waiting() {
    return events(pending);
  }

  @Override
  boolean runsOn(Thread thread) {
    return thread.equals(runner);
  }

  /** Hands over an event, after the messages decoded so far. */
  private void event(Event<M> event) {
    if (inRead) {
      addToBatch(event);
    } else {
      enqueue(new Object[] {event}, 1, 0);
    }
  }

  private void enqueue(Object[] events, int count, long bytes) {
    Node node = new Node(events, count * ONE_EVENT + bytes);
    last.next = node;
    last = node;
    if ((long) PENDING.getAndAdd(this, node.weight) == 0) {
      start(dispatcher::start, this);
    }
  }

  private void start(Consumer<Runnable> starter, Runnable consumer) {
    try {
      starter.accept(consumer);
    } catch (Throwable t) {
      // Usually a RejectedExecutionException. onClose must still be called, so it runs elsewhere.
      discarding = true;
      session.dispatchFailed(t);
      Thread.startVirtualThread(consumer);
    }
  }

  /** Runs the consumer. Called only by the thread that the hand-over started. */
  @Override
  public void run() {
    while (consume()) {
      NextTurn next = new NextTurn();
      start(dispatcher::startBehind, next);
      next.isHandedOver = true;
      if (!next.isDeclined) {
        return;
      }
    }
  }

  /**
   * Continues for a consumer that lets others run. Does nothing if an executor runs it directly on
   * that consumer's stack, because the stack would grow with each turn.
   */
  private final class NextTurn implements Runnable {
    private final Thread previous = Thread.currentThread();

    // Whether the previous thread has finished its turn.
    private boolean isHandedOver;
    private boolean isDeclined;

    @Override
    public void run() {
      if (Thread.currentThread().equals(previous) && !isHandedOver) {
        isDeclined = true;
      } else {
        QueuedCallbacks.this.run();
      }
    }
  }

  /** Handles waiting events for one turn. Returns whether more events are waiting. */
  private boolean consume() {
    runner = Thread.currentThread();
    for (int turn = 0; turn < NODES_PER_TURN; turn++) {
      Node node = taken.next;
      if (node == null) {
        throw new IllegalStateException("a consumer runs while nothing is pending");
      }
      taken = node;
      runAll(Objects.requireNonNull(node.events), events(node.weight));
      node.events = null;
      boolean more = pending > node.weight;
      if (!more) {
        runner = null; // before the count allows another consumer
      }
      long left = (long) PENDING.getAndAdd(this, -node.weight) - node.weight;
      if (paused && isHalfDone(left)) {
        session.onLoop(this::resume);
      }
      if (left == 0) {
        return false;
      }
      runner = Thread.currentThread();
    }
    runner = null;
    return true;
  }

  @SuppressWarnings("unchecked") // every other object is a message of the codec
  private void runAll(Object[] events, int count) {
    long began = session.observers().beginCallbacks();
    for (int i = 0; i < count; i++) {
      Object event = events[i];
      defersFlush = i < count - 1;
      try {
        if (event instanceof Event<?>) {
          ((Event<M>) event).run(this);
        } else if (!discarding && !callOnMessage((M) event)) {
          discarding = true;
        }
      } catch (Throwable t) {
        // Even the failure handling has failed, perhaps for lack of memory, so the failure can't be
        // reported. The following events must still be handled, above all onClose.
      }
    }
    if (flushDeferred) {
      flushDeferred = false;
      dispatcher.flush(session);
    }
    session.observers().endCallbacks(session, began, count);
  }

  @Override
  boolean defersFlush(Thread sender) {
    if (!sender.equals(runner)) {
      return false;
    }
    if (defersFlush && watched) {
      flushDeferred = true;
      if (watched) {
        return true; // a check that stops after this checks once more
      }
    }
    dispatcher.flush(session);
    return true;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Stops checking if nothing has been handled since the last check: a callback that blocks for
   * a long time must not keep the timer running. From then on, it flushes what it sends without
   * delay.
   */
  @Override
  public boolean flushIfDeferred() {
    long count = pending;
    watched = count > 0 && count != countAtLastLook;
    countAtLastLook = count;
    if (flushDeferred) {
      session.flushNow();
    }
    return watched;
  }

  /**
   * Resumes reading. Requested by each hand-over that ends while reading is paused; usually it is
   * too early or already done.
   */
  private void resume() {
    if (paused && isHalfDone(pending)) {
      paused = false;
      session.resumeReading();
    }
  }

  private boolean isHalfDone(long count) {
    return events(count) <= session.inboundMessages() / 2
        && bytes(count) <= session.inboundBytes() / 2;
  }

  private static int events(long count) {
    return (int) (count >>> COUNT_SHIFT);
  }

  private static long bytes(long count) {
    return count & BYTES_MASK;
  }
}
