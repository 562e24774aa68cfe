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
 * A stream that somebody fills and one thread at a time reads. How much may wait here is for those who
 * fill it to see to: see {@link #taken}.
 *
 * <p>One thread adds items and the end, or several that agree; any thread may end it early. No locks: an
 * item is one node of a queue, and a reader that waits is unparked.
 *
 * @param <E> what waits here
 * @param <T> what is read
 */
public abstract class ReadableStream<E, T> implements RpcStream<T> {

  /** As the end: all items have come. */
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
   * Null until there will be no more items; then {@link #COMPLETE}, or why there will not: a throwable or
   * what makes one.
   */
  private volatile @Nullable Object end;

  /** Whether nobody wants more. */
  private volatile boolean closed;

  /** Why it was closed although somebody may want more, or null. Set before {@link #closed}. */
  private volatile @Nullable RpcException cutOff;

  /** Whether there is something that the reader is told before the next item. */
  private volatile boolean news;

  /** Who waits for an item, or for the end. */
  private volatile @Nullable Thread reader;

  // Of the thread that reads.
  private boolean isAtEnd;
  private @Nullable Throwable failure;

  /** What is called on threads of its own runs in this. */
  private volatile Context context = Context.current();

  private final AtomicBoolean subscribed = new AtomicBoolean();

  /** Made when somebody asks for it; guarded by this. */
  private @Nullable CompletableFuture<Void> ended;

  /** Creates a stream without items, and without an end. */
  protected ReadableStream() {}

  /** {@return what the code that belongs to it runs in: its subscriber, and what makes its items} */
  final Context context() {
    return context;
  }

  /** Says what that is, if it isn't the context in which it was made. */
  public final void runsIn(Context other) {
    context = other;
  }

  // ---------------------------------------------------------------- who fills it

  /** Adds an item. Not called after {@link #complete}. */
  protected final void add(E item) {
    waiting.add(item);
    if (closed) {
      drop(); // who has closed it may have looked before this
    } else {
      wake();
    }
  }

  /** Says that all items have come. */
  protected final void complete() {
    end(COMPLETE);
  }

  /**
   * Ends it with a failure, which is read behind the items that have come; unless it has ended.
   *
   * @param failure why
   * @return whether it had not ended before
   */
  public final boolean fail(Throwable failure) {
    return end(failure);
  }

  /**
   * Ends it with a failure that the reader makes: then it has the reader's stack.
   *
   * @param failure makes the failure
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

  /** There is something that the reader is told before any item that is added from now on, see {@link #news}. */
  public final void hasNews() {
    news = true;
    wake();
  }

  /** {@return whether no more items are taken: it has ended, or nobody reads it} */
  protected final boolean isOver() {
    return end != null || closed;
  }

  /** {@return whether nobody reads it any more} */
  public final boolean isClosed() {
    return closed;
  }

  /**
   * Throws away what waits, and takes no more, although somebody may still read: who does so isn't to take
   * what has come for all there is.
   *
   * @param why what the reader is thrown, unless it has failed or was closed before
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
   * Fails if no more items are taken.
   *
   * @throws Exception what it has failed with
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

  // ---------------------------------------------------------------- what differs

  /**
   * The reader has taken an item: there is room for another. Called on the reader's thread.
   *
   * @param item what was added
   * @return the item as it is read
   */
  protected abstract T taken(E item);

  /** An item was thrown away, because nobody wants it any more. Called on any thread. */
  protected void dropped(E item) {}

  /** There is what {@link #hasNews} has announced. Called on the reader's thread; what it throws ends the stream. */
  protected void news() {}

  /** The reader is about to wait for the first time, or again. Called on its thread. */
  protected void aboutToWait() {}

  /** The reader doesn't want more although there may be. Called once at most, on any thread. */
  protected abstract void cancelled();

  /**
   * The reader has come to the end and not closed it before. Called once at most, on the reader's thread.
   */
  protected void readToTheEnd() {}

  // ---------------------------------------------------------------- who reads it

  @Override
  public final boolean hasNext() {
    while (!closed) {
      boolean isThere = waiting.peek() != null;
      Object how = end;
      if (news) { // looked at last: whatever was seen before it came after it
        tellNews();
        continue;
      }
      if (isThere) {
        return true;
      }
      if (how == null) {
        await();
      } else if (waiting.peek() == null) { // whatever came before the end is there by now
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

  /** {@return whether there was no more to read, and it had not failed; for the reader} */
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
      close(); // as if an item could not be read
      throw e;
    }
  }

  /**
   * Waits until something is so, or nobody wants more. On the reader's thread, which is unparked by whoever
   * makes it so.
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

  /** As {@link #next}; null if there is none, also if it was closed just now. */
  final @Nullable T nextIfAny() {
    E item = hasNext() ? waiting.poll() : null;
    if (item == null) {
      return null;
    }
    try {
      return taken(item);
    } catch (RuntimeException | Error e) {
      close(); // what comes behind a gap is no use
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
      // Whoever has ended it may not have seen the stage, or has; completing it twice does no harm.
      tell(stage, how);
    }
    CompletableFuture<Void> own =
        new CompletableFuture<>(); // so that nobody completes that of others
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
