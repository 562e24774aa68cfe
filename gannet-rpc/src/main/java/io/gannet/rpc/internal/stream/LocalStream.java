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
 * A stream that is produced on this side. Usually it is sent: then its producer runs on the sending
 * thread, see {@link #pump}. If it is read here, the producer runs on its own thread, a few items
 * ahead.
 *
 * @param <T> the type of the items
 */
public final class LocalStream<T> extends ReadableStream<T, T> {

  /** How many items are produced ahead of a local reader. */
  static final int AHEAD = 16;

  /** How the stream is used; set once. */
  private enum Use {
    /** It is read on this side. */
    READ,
    /** It is sent. */
    SENT
  }

  private final RpcStream.Producer<T> producer;
  private final AtomicReference<@Nullable Use> use = new AtomicReference<>();
  private final Semaphore room = new Semaphore(AHEAD);

  /** The thread of the producer if the stream is read here. */
  private volatile @Nullable Thread thread;

  /**
   * Creates a stream.
   *
   * @param producer produces its items
   */
  public LocalStream(RpcStream.Producer<T> producer) {
    this.producer = Objects.requireNonNull(producer, "producer");
  }

  /** {@return a publisher as a stream; the same object if it is a stream} */
  @SuppressWarnings("unchecked") // a stream is read only
  public static <T> RpcStream<T> of(Flow.Publisher<? extends T> publisher) {
    return publisher instanceof RpcStream<? extends T> stream
        ? (RpcStream<T>) stream
        : new LocalStream<>(new PublisherProducer<T>(publisher));
  }

  /** Returns a stream that has failed. */
  public static <T> RpcStream<T> failed(Throwable failure) {
    LocalStream<T> stream = new LocalStream<>(sink -> {});
    stream.fail(failure);
    return stream;
  }

  /**
   * Sends all items of a stream, on the current thread.
   *
   * @param stream the stream; it has ended or is closed on return
   * @param sink the target
   * @throws Exception the failure of the stream or of the sink
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

  // ---------------------------------------------------------------- local reader

  @Override
  protected void aboutToWait() {
    if (use.compareAndSet(null, Use.READ)) {
      Thread made = Thread.ofVirtual().unstarted(() -> context().run(this::produceHere));
      thread = made;
      made.start();
      if (isOver()) {
        made.interrupt(); // close may have run before this assignment
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
      // The reader receives this failure.
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
