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
 * Hands the events of a session over to other threads, which run them in order and one at a time.
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
 * <p><b>Flushing.</b> What callbacks of one hand-over send leaves together: the flush that an append
 * owes is put off to the end of the hand-over, so that it costs the loop one wake-up and one write.
 * A callback may block, so the loop looks after a millisecond whether a flush is still put off, see
 * {@link DeferredFlushTimer}.
 *
 * <p><b>Reading pauses</b> when the count passes a limit, and resumes when it is back at half of it.
 * The producer sets {@link #paused} before it looks at the count again, the consumer lowers the count
 * before it looks at {@code paused}: at least one of them sees that it is time to resume.
 */
final class QueuedCallbacks<M> extends Callbacks<M>
    implements DeferredFlushTimer.Deferring, Runnable {

  private static final int COUNT_SHIFT = 40;
  private static final long ONE_EVENT = 1L << COUNT_SHIFT;
  private static final long BYTES_MASK = ONE_EVENT - 1;

  /** After so many hand-overs a consumer makes way for others on the same executor. */
  private static final int NODES_PER_TURN = 64;

  /** Counts what has been handed over and not run: a field, because an object would cost each session 20 bytes. */
  private static final VarHandle PENDING;

  static {
    try {
      PENDING = MethodHandles.lookup().findVarHandle(QueuedCallbacks.class, "pending", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

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

  private final Dispatcher dispatcher;

  /** Changed through {@link #PENDING}. */
  private volatile long pending;

  /** Messages of the read that is being decoded, and how many. The producer's. */
  private Object @Nullable [] batch;

  private int batchSize;

  /** Whether a read is being decoded, and how much may still be handed over. The producer's. */
  private boolean inRead;

  private int room;
  private long roomForBytes;

  /** Bytes whose messages have been handed over without them. The producer's. */
  private long unchargedBytes;

  /** Whether the loop looks after flushes that are put off. Written by the producer, read by both. */
  private volatile boolean watched;

  /** What the count was when the loop looked last. The producer's. */
  private long countAtLastLook;

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

  /** Whether more events of the same hand-over follow the one that runs. The consumer's. */
  private boolean defersFlush;

  /** Whether a flush is owed at the end of this hand-over. Written by the consumer, read by the loop. */
  private volatile boolean flushDeferred;

  /** Which thread runs callbacks now. Written by the consumer. */
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
      // One message is the most frequent number, and a read of several has mostly many.
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

  /** Hands over what has been decoded so far, and has reading paused if that is too much. */
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

  /** Hands over an event, behind the messages decoded so far. */
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
      // Mostly a RejectedExecutionException. onClose must still be called, so somebody must run it.
      discarding = true;
      session.dispatchFailed(t);
      Thread.startVirtualThread(consumer);
    }
  }

  /** Consumes; called by whom the hand-over has start it only. */
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
   * Goes on for a consumer that makes way; but not if an executor runs this in place, on top of that
   * consumer, whose stack would grow with each turn.
   */
  private final class NextTurn implements Runnable {
    private final Thread previous = Thread.currentThread();

    // The previous thread's.
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

  /** Runs what waits, for one turn; returns whether more waits. */
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

  @SuppressWarnings("unchecked") // what is not an event is a message that this session's codec made
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
        // Even what handles failures has failed, for want of memory perhaps: there is nobody left
        // to
        // tell. The events behind this one must run all the same, onClose above all.
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
        return true; // whoever stops watching after this looks once more
      }
    }
    dispatcher.flush(session);
    return true;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Stops watching when nothing has been done since the last look: a callback that blocks for long
   * must not keep the loop looking. It flushes what it sends without delay from then on.
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

  /** Asked for by each hand-over that ends while reading pauses; most find that it is done, or too early again. */
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
