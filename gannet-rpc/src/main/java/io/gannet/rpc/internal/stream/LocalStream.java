package io.gannet.rpc.internal.stream;

import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcStream;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A stream that is made on this side. Mostly it is sent: then its producer runs on the thread that sends,
 * see {@link #pump}. When it is read here, it runs on a thread of its own, a few items ahead.
 *
 * @param <T> the type of the items
 */
public final class LocalStream<T> extends ReadableStream<T, T> {

  /** How many items are made ahead of who reads them here. */
  static final int AHEAD = 16;

  /** What becomes of it; set once. */
  private enum Use {
    /** It is read here. */
    READ,
    /** It is sent. */
    SENT
  }

  private final RpcStream.Producer<T> producer;
  private final AtomicReference<@Nullable Use> use = new AtomicReference<>();
  private final Semaphore room = new Semaphore(AHEAD);

  /** Where the producer runs if it is read here. */
  private volatile @Nullable Thread thread;

  /**
   * Creates a stream.
   *
   * @param producer makes its items
   */
  public LocalStream(RpcStream.Producer<T> producer) {
    this.producer = Objects.requireNonNull(producer, "producer");
  }

  /** {@return what somebody publishes as a stream; the same if it is one} */
  @SuppressWarnings("unchecked") // nobody can put anything into a stream
  public static <T> RpcStream<T> of(Flow.Publisher<? extends T> publisher) {
    return publisher instanceof RpcStream<? extends T> stream
        ? (RpcStream<T>) stream
        : new LocalStream<>(new PublisherProducer<T>(publisher));
  }

  /** A stream that has failed. */
  public static <T> RpcStream<T> failed(Throwable failure) {
    LocalStream<T> stream = new LocalStream<>(sink -> {});
    stream.fail(failure);
    return stream;
  }

  /**
   * Sends all items of a stream, on this thread.
   *
   * @param stream the stream; ended or closed when this returns
   * @param sink where to
   * @throws Exception what the stream has failed with, or the sink
   */
  public static <T> void pump(RpcStream<T> stream, RpcStream.Sink<? super T> sink)
      throws Exception {
    if (stream instanceof LocalStream<T> local && local.use.compareAndSet(null, Use.SENT)) {
      local.produce(sink);
      return;
    }
    if (stream instanceof LocalStream<T> local && local.use.get() == Use.SENT) {
      throw new IllegalStateException("a stream can be sent only once");
    }
    try (stream) {
      while (stream.hasNext()) {
        sink.send(stream.next());
      }
    }
  }

  private void produce(RpcStream.Sink<? super T> sink) throws Exception {
    throwIfOver();
    try {
      producer.produce(item -> {
        Objects.requireNonNull(item, "an item of a stream must not be null");
        if (isOver()) {
          throw new RpcException(RpcCode.CANCELLED, "the stream is no longer read");
        }
        sink.send(item);
      });
    } catch (Throwable t) {
      fail(t);
      throw t;
    }
    complete();
  }

  // ---------------------------------------------------------------- read here

  @Override
  protected void aboutToWait() {
    if (use.compareAndSet(null, Use.READ)) {
      Thread made = Thread.ofVirtual().unstarted(() -> context().run(this::produceHere));
      thread = made;
      made.start();
      if (isOver()) {
        made.interrupt(); // who has closed it may have looked before this
      }
    }
  }

  private void produceHere() {
    try {
      produce(item -> {
        try {
          room.acquire();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new RpcException(RpcCode.CANCELLED, "interrupted while sending a stream", e);
        }
        add(item);
      });
    } catch (Throwable t) {
      // The reader is thrown it.
    }
  }

  @Override
  protected T taken(T item) {
    room.release();
    return item;
  }

  @Override
  protected void cancelled() {
    Thread producing = thread;
    if (producing != null) {
      producing.interrupt();
    }
  }
}
