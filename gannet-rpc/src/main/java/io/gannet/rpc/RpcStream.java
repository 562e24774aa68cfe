package io.gannet.rpc;

import io.gannet.rpc.internal.spi.RpcProvider;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Items that one side of a call sends and the other side reads: as the result of a method, as a
 * parameter, or both. The sender returns a stream from the static methods of this interface, or any
 * {@link Flow.Publisher}. The reader receives an {@code RpcStream}.
 *
 * <pre>{@code
 * RpcStream<Tick> ticks(int count) {                    // the sender
 *   return RpcStream.produce(sink -> {
 *     for (int i = 0; i < count; i++) sink.send(new Tick(i));
 *   });
 * }
 *
 * try (RpcStream<Tick> ticks = clock.ticks(3)) {        // the reader
 *   for (Tick tick : ticks) System.out.println(tick);
 * }
 * }</pre>
 *
 * <p><b>Reading.</b> Items are read once and by one thread at a time, in one of two ways.
 * {@link #hasNext}, {@link #next} and methods based on them wait for items, and must not be called
 * on an I/O thread. {@link #subscribe} passes items to one subscriber, which is called on a virtual
 * thread of its own and may block. An item is never null.
 *
 * <p><b>Flow control.</b> The sender waits until there is room: the reader's side buffers as much
 * as {@link RpcEndpointBuilder#streamWindow} allows, and accepts more only when that has been read.
 *
 * <p><b>The end.</b> Items that were sent before a failure are read before it. {@code hasNext} and
 * {@code next} throw the failure, or the subscriber receives it: an {@link RpcException}, or an
 * unchecked exception that both sides have registered. A stream that isn't read to its end must be
 * closed, which cancels the call that returned it. Interrupting the waiting thread has the same
 * effect.
 *
 * @param <T> the type of the items
 */
public interface RpcStream<T> extends Iterable<T>, Flow.Publisher<T>, AutoCloseable {

  /**
   * Accepts the items of a produced stream. For use by one thread at a time.
   *
   * @param <T> the type of the items
   */
  @FunctionalInterface
  interface Sink<T> {

    /**
     * Sends an item, and waits for room if necessary.
     *
     * @param item the item
     * @throws RpcException if the item can't be written or is too large, or if the stream is no
     *     longer read: with {@link RpcCode#CANCELLED} if the reader has closed it or this thread
     *     was interrupted, with {@link RpcCode#DEADLINE_EXCEEDED} if the deadline of the call has
     *     passed, with {@link RpcCode#UNAVAILABLE} if the connection has closed
     */
    void send(T item);
  }

  /**
   * Produces the items of a stream.
   *
   * @param <T> the type of the items
   */
  @FunctionalInterface
  interface Producer<T> {

    /**
     * Sends all items. The stream ends when this method returns.
     *
     * @param sink accepts the items; may be used until this method returns
     * @throws Exception to end the stream with a failure
     */
    void produce(Sink<T> sink) throws Exception;
  }

  /**
   * Creates a stream whose items are produced while it is read. Each item is sent when there is
   * room for it.
   *
   * @param producer run once, when the stream is first read, on a virtual thread: that of the
   *     handler that returns the stream. Interrupted when the stream is no longer read
   * @param <T> the type of the items
   * @return the stream
   */
  static <T> RpcStream<T> produce(Producer<T> producer) {
    return RpcProvider.load().producedStream(producer);
  }

  /**
   * Creates a stream of the given items.
   *
   * @param items the items
   * @param <T> the type of the items
   * @return the stream
   */
  @SafeVarargs
  @SuppressWarnings("varargs") // only read
  static <T> RpcStream<T> of(T... items) {
    return from(List.of(items));
  }

  /**
   * Creates a stream that iterates over items while it is read.
   *
   * @param items the items
   * @param <T> the type of the items
   * @return the stream
   */
  static <T> RpcStream<T> from(Iterable<? extends T> items) {
    return produce(sink -> {
      for (T item : items) {
        sink.send(item);
      }
    });
  }

  /**
   * Creates a stream that reads from a Java stream while it is read, and closes it at the end.
   *
   * @param items the items
   * @param <T> the type of the items
   * @return the stream
   */
  static <T> RpcStream<T> from(Stream<? extends T> items) {
    return produce(sink -> {
      try (items) {
        items.forEachOrdered(sink::send);
      }
    });
  }

  /**
   * Creates a stream from a publisher. It subscribes when the stream is first read, and requests a
   * few items at a time.
   *
   * @param items the publisher
   * @param <T> the type of the items
   * @return the stream; the publisher itself if it is an {@code RpcStream}
   */
  static <T> RpcStream<T> from(Flow.Publisher<? extends T> items) {
    return RpcProvider.load().publishedStream(items);
  }

  /**
   * Waits for the next item or the end.
   *
   * @return whether there is another item; false at the end, and after the reader has closed the
   *     stream
   * @throws RpcException if the stream has failed; with {@link RpcCode#CANCELLED} if the thread is
   *     interrupted, or if this is an argument of a call that has ended
   * @throws IllegalStateException if this is an I/O thread and the method would have to wait
   */
  boolean hasNext();

  /**
   * Returns the next item, and waits for it if necessary.
   *
   * @return the item
   * @throws NoSuchElementException if there is no further item
   * @throws RpcException see {@link #hasNext}; also if the item has another type
   */
  T next();

  /** {@return an iterator over the remaining items, which are read as with {@link #next}} */
  @Override
  default Iterator<T> iterator() {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return RpcStream.this.hasNext();
      }

      @Override
      public T next() {
        return RpcStream.this.next();
      }
    };
  }

  /** {@return a Java stream of the remaining items; closing it closes this stream} */
  default Stream<T> stream() {
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(
                iterator(), Spliterator.ORDERED | Spliterator.NONNULL),
            false)
        .onClose(this::close);
  }

  /**
   * Passes the items to a subscriber, on a virtual thread of its own. A stream has one subscriber;
   * another one receives an {@link IllegalStateException}.
   *
   * @param subscriber the subscriber; cancelling its subscription closes the stream. If the stream
   *     is closed otherwise before its end, the subscriber receives a failure with
   *     {@link RpcCode#CANCELLED}
   */
  @Override
  void subscribe(Flow.Subscriber<? super T> subscriber);

  /** Stops reading the stream. Has no effect after its end. */
  @Override
  void close();

  /**
   * {@return a stage that completes, on a virtual thread, when all items have been sent or
   * received, read or not. It fails with the failure of the stream, or with a
   * {@link java.util.concurrent.CancellationException} if the stream was closed earlier}
   */
  CompletionStage<Void> whenEnded();
}
