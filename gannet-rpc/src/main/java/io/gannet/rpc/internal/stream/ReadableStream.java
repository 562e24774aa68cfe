package io.gannet.rpc.internal.stream;

import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcStream;
import io.gannet.rpc.internal.context.Context;
import io.gannet.transport.EventLoops;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A queue of items that a writer fills and one thread at a time reads. The subclass limits how many
 * items are queued, see {@link #taken}.
 *
 * <p>One thread adds the items and the end, or several threads that synchronise themselves. Any
 * thread may end the stream early. The class uses no locks: an item is one node of a concurrent
 * queue, and the writer unparks the waiting reader.
 *
 * @param <E> the type of the queued items
 * @param <T> the type of the items that are read
 */
public abstract class ReadableStream<E, T> implements RpcStream<T> {

  /** As the end: all items have been added. */
  private static final Object COMPLETE = new Object();

  private static final VarHandle END;

  static {
    try {
      END = MethodHandles.lookup().findVarHandle(ReadableStream.class, "end", Object.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Queue<E> waiting = new ConcurrentLinkedQueue<>();

  /**
   * Null while more items may follow. Otherwise {@link #COMPLETE}, or the failure: a throwable, or
   * a supplier of one.
   */
  private volatile @Nullable Object end;

  /** Whether the reader wants no more items. */
  private volatile boolean closed;

  /** Why it was closed while the reader may still read, or null. Set before {@link #closed}. */
  private volatile @Nullable RpcException cutOff;

  /** Whether {@link #news()} must be called before the next item. */
  private volatile boolean news;

  /** The thread that waits for an item or for the end. */
  private volatile @Nullable Thread reader;

  // Used by the reading thread only.
  private boolean isAtEnd;
  private @Nullable Throwable failure;

  /** The context for code that runs on the stream's own threads. */
  private volatile Context context = Context.current();

  private final AtomicBoolean subscribed = new AtomicBoolean();

  /** Created lazily; guarded by this. */
  private @Nullable CompletableFuture<Void> ended;

  /** Creates a stream without items that hasn't ended. */
  protected ReadableStream() {}

  /** {@return the context of its subscriber and of its producer} */
  final Context context() {
    return context;
  }

  /** Sets the context; by default it is the one in which the stream was created. */
  public final void runsIn(Context other) {
    context = other;
  }

  // ---------------------------------------------------------------- writer

  /** Adds an item. Must not be called after {@link #complete}. */
  protected final void add(E item) {
    waiting.add(item);
    if (closed) {
      drop(); // close may have emptied the queue before this
    } else {
      wake();
    }
  }

  /** Marks the end: all items have been added. */
  protected final void complete() {
    end(COMPLETE);
  }

  /**
   * Ends the stream with a failure, unless it has ended. The reader receives the failure after the
   * queued items.
   *
   * @param failure why the stream failed
   * @return whether this call ended the stream
   */
  public final boolean fail(Throwable failure) {
    return end(failure);
  }

  /**
   * Ends the stream with a failure that the reader creates, so that it has the reader's stack
   * trace.
   *
   * @param failure creates the failure
   */
  protected final void failLater(Supplier<? extends Throwable> failure) {
    end(failure);
  }

  private boolean end(Object how) {
    if (!END.compareAndSet(this, null, how)) {
      return false;
    }
    wake();
    CompletableFuture<Void> stage;
    synchronized (this) {
      stage = ended;
    }
    if (stage != null) {
      Thread.startVirtualThread(() -> context.run(() -> tell(stage, how)));
    }
    return true;
  }

  /** Schedules a call of {@link #news()} before any item that is added from now on. */
  public final void hasNews() {
    news = true;
    wake();
  }

  /**
   * {@return whether the stream accepts no more items: it has ended, or the reader has closed it}
   */
  protected final boolean isOver() {
    return end != null || closed;
  }

  /** {@return whether the reader has closed it} */
  public final boolean isClosed() {
    return closed;
  }

  /**
   * Drops the queued items and accepts no more, although the reader may still read. The reader then
   * receives a failure, so that it doesn't mistake the items so far for the whole stream.
   *
   * @param why the failure for the reader, unless the stream has failed or was closed before
   */
  protected final void cutOff(RpcException why) {
    if (closed) {
      return;
    }
    end(why);
    cutOff = why;
    closed = true;
    drop();
    wake();
  }

  /**
   * Throws if the stream accepts no more items.
   *
   * @throws Exception the failure of the stream
   */
  protected final void throwIfOver() throws Exception {
    if (closed) {
      throw new RpcException(RpcCode.CANCELLED, "the stream was closed");
    }
    switch (failureOf(end)) {
      case null -> {}
      case Exception failure -> throw failure;
      case Error failure -> throw failure;
      default -> throw new IllegalStateException("the stream has failed for an unknown reason");
    }
  }

  private void wake() {
    Thread thread = reader;
    if (thread != null) {
      LockSupport.unpark(thread);
    }
  }

  // ---------------------------------------------------------------- for subclasses

  /**
   * Called on the reader's thread when the reader has taken an item: there is room for another one.
   *
   * @param item the item as it was added
   * @return the item for the reader
   */
  protected abstract T taken(E item);

  /** Called on any thread when an item was dropped, because the reader wants no more. */
  protected void dropped(E item) {}

  /** Called on the reader's thread after {@link #hasNews}. An exception ends the stream. */
  protected void news() {}

  /** Called on the reader's thread each time it is about to wait. */
  protected void aboutToWait() {}

  /**
   * Called at most once, on any thread, when the reader wants no more although more items may
   * follow.
   */
  protected abstract void cancelled();

  /**
   * Called at most once, on the reader's thread, when the reader has reached the end without
   * closing the stream.
   */
  protected void readToTheEnd() {}

  // ---------------------------------------------------------------- reader

  @Override
  public final boolean hasNext() {
    while (!closed) {
      boolean isThere = waiting.peek() != null;
      Object how = end;
      if (news) { // read last: set before the items that follow it
        tellNews();
        continue;
      }
      if (isThere) {
        return true;
      }
      if (how == null) {
        await();
      } else if (waiting.peek() == null) { // items are added before the end is set
        return atEnd(how);
      }
    }
    RpcException why = cutOff;
    if (why == null || isAtEnd) {
      return false;
    }
    Object how = end;
    return atEnd(how == null || COMPLETE.equals(how) ? why : how);
  }

  /** {@return whether all items were read and the stream hasn't failed; for the reader} */
  final boolean isReadToTheEnd() {
    return isAtEnd && failure == null;
  }

  private boolean atEnd(Object how) {
    if (!isAtEnd) {
      isAtEnd = true;
      failure = failureOf(how);
      readToTheEnd();
    }
    if (failure instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure != null) {
      throw new RpcException(RpcCode.UNKNOWN, String.valueOf(failure.getMessage()), failure);
    }
    return false;
  }

  private static @Nullable Throwable failureOf(@Nullable Object how) {
    return switch (how) {
      case null -> null;
      case Throwable failure -> failure;
      case Supplier<?> maker -> (Throwable) maker.get();
      default -> null;
    };
  }

  private void await() {
    if (EventLoops.isIoThread()) {
      throw new IllegalStateException(
          "a stream must not be read on an I/O thread, because reading blocks: subscribe to it, or"
              + " read it on another thread");
    }
    aboutToWait();
    awaitUnlessClosed(() -> waiting.peek() != null || end != null || news);
  }

  private void tellNews() {
    news = false;
    try {
      news();
    } catch (RuntimeException | Error e) {
      close(); // as after an unreadable item
      throw e;
    }
  }

  /**
   * Waits until the condition is true or the stream is closed. Runs on the reader's thread; the
   * thread that makes the condition true unparks it.
   */
  final void awaitUnlessClosed(BooleanSupplier condition) {
    reader = Thread.currentThread();
    try {
      while (!closed && !condition.getAsBoolean()) {
        LockSupport.park(this);
        if (Thread.interrupted()) {
          close();
          Thread.currentThread().interrupt();
          throw new RpcException(RpcCode.CANCELLED, "interrupted while reading a stream");
        }
      }
    } finally {
      reader = null;
    }
  }

  @Override
  public final T next() {
    T item = nextIfAny();
    if (item == null) {
      throw new NoSuchElementException();
    }
    return item;
  }

  /**
   * Like {@link #next}. Returns null if there is no next item, or if the stream has been closed
   * meanwhile.
   */
  final @Nullable T nextIfAny() {
    E item = hasNext() ? waiting.poll() : null;
    if (item == null) {
      return null;
    }
    try {
      return taken(item);
    } catch (RuntimeException | Error e) {
      close(); // items after a gap are useless
      throw e;
    }
  }

  @Override
  public final void close() {
    closed = true;
    drop();
    if (end(new CancellationException("the stream was closed"))) {
      cancelled();
    }
    wake();
  }

  private void drop() {
    for (E item = waiting.poll(); item != null; item = waiting.poll()) {
      dropped(item);
    }
  }

  @Override
  public final void subscribe(Flow.Subscriber<? super T> subscriber) {
    Delivery.begin(this, Objects.requireNonNull(subscriber, "subscriber"), subscribed);
  }

  @Override
  public final CompletionStage<Void> whenEnded() {
    CompletableFuture<Void> stage;
    boolean isNew;
    synchronized (this) {
      stage = ended;
      isNew = stage == null;
      if (stage == null) {
        stage = new CompletableFuture<>();
        ended = stage;
      }
    }
    Object how = end;
    if (isNew && how != null) {
      // The thread that ended the stream may have missed the stage. Completing it twice is
      // harmless.
      tell(stage, how);
    }
    CompletableFuture<Void> own = new CompletableFuture<>(); // each caller gets its own future
    stage.whenComplete((nothing, why) -> {
      if (why == null) {
        own.complete(null);
      } else {
        own.completeExceptionally(why);
      }
    });
    return own;
  }

  private static void tell(CompletableFuture<Void> stage, Object how) {
    Throwable failure = failureOf(how);
    if (failure == null) {
      stage.complete(null);
    } else {
      stage.completeExceptionally(failure);
    }
  }
}
