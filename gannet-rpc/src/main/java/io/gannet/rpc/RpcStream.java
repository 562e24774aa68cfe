package io.gannet.rpc;

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
 * Items that one side of a call sends and the other reads, one after the other: as the result of a
 * method, as a parameter, or both. Who sends makes one with the static methods here, or gives any {@link
 * Flow.Publisher}; who reads is given one of these.
 *
 * <pre>{@code
 * RpcStream<Tick> ticks(int count) {                    // who sends
 *   return RpcStream.produce(sink -> {
 *     for (int i = 0; i < count; i++) sink.send(new Tick(i));
 *   });
 * }
 *
 * try (RpcStream<Tick> ticks = clock.ticks(3)) {        // who reads
 *   for (Tick tick : ticks) System.out.println(tick);
 * }
 * }</pre>
 *
 * <p><b>Reading.</b> Items are read once and by one thread at a time, in one of two ways: {@link #hasNext},
 * {@link #next} and what builds on them wait, and must not be called on an I/O thread; or {@link
 * #subscribe}, for one subscriber, which is called on a virtual thread of its own and may block. An item is
 * never null.
 *
 * <p><b>Flow control.</b> Whoever sends is held back until there is room: the reader's side takes what it
 * has said ({@link RpcEndpointBuilder#streamWindow}) and more only as that is read.
 *
 * <p><b>The end.</b> What was sent before a failure is read before it. The failure is thrown by {@code
 * hasNext} and {@code next}, or given to the subscriber: an {@link RpcException}, or an unchecked exception
 * that both sides have registered. A stream that isn't read to its end must be closed, which cancels the
 * call that it is the result of; interrupting the thread that waits does the same.
 *
 * @param <T> the type of the items
 */
public interface RpcStream<T> extends Iterable<T>, Flow.Publisher<T>, AutoCloseable {

  /**
   * Takes the items of a stream that is being produced. For one thread at a time.
   *
   * @param <T> the type of the items
   */
  @FunctionalInterface
  interface Sink<T> {

    /**
     * Sends an item, and waits until there is room for it.
     *
     * @param item the item
     * @throws RpcException if nobody reads it any more: with {@link RpcCode#CANCELLED} because the reader
     *     doesn't want more or this thread was interrupted, with {@link RpcCode#DEADLINE_EXCEEDED} because
     *     the time of the call is over, with {@link RpcCode#UNAVAILABLE} because the connection has ended;
     *     if the item can't be written, or is too large
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
     * Sends all items. The stream ends when this returns.
     *
     * @param sink where to; may be used until this returns
     * @throws Exception to end the stream with a failure
     */
    void produce(Sink<T> sink) throws Exception;
  }

  /**
   * A stream whose items are made while it is read: an item is sent when there is room for it.
   *
   * @param producer run once, when the stream is first read, on a virtual thread: that of the handler
   *     which returns it. Interrupted when nobody reads it any more
   * @param <T> the type of the items
   * @return the stream
   */
  static <T> RpcStream<T> produce(Producer<T> producer) {
    return RpcProvider.load().producedStream(producer);
  }

  /**
   * A stream of what there is.
   *
   * @param items the items
   * @param <T> their type
   * @return the stream
   */
  @SafeVarargs
  @SuppressWarnings("varargs") // they are read only
  static <T> RpcStream<T> of(T... items) {
    return from(List.of(items));
  }

  /**
   * A stream of what is iterated over as the stream is read.
   *
   * @param items the items
   * @param <T> their type
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
   * A stream of what comes from another as it is read. That is closed at the end.
   *
   * @param items the items
   * @param <T> their type
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
   * A stream of what somebody publishes. It is subscribed to when the stream is first read, and asked for
   * a few items at a time.
   *
   * @param items the items
   * @param <T> their type
   * @return the stream; the same if it is one
   */
  static <T> RpcStream<T> from(Flow.Publisher<? extends T> items) {
    return RpcProvider.load().publishedStream(items);
  }

  /**
   * Tells whether there is another item, and waits until that is known.
   *
   * @return whether there is; false at the end, and once the reader has closed the stream
   * @throws RpcException if the stream has failed; {@link RpcCode#CANCELLED} if the thread is interrupted,
   *     or if this is an argument of a call that has ended
   * @throws IllegalStateException if this is an I/O thread and it would have to wait
   */
  boolean hasNext();

  /**
   * Gets the next item, and waits for it.
   *
   * @return the item
   * @throws NoSuchElementException if there is none
   * @throws RpcException as {@link #hasNext}; also if the item isn't of the type that it should be
   */
  T next();

  /**
   * {@return the items that are left, read as with {@link #next}}
   */
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

  /**
   * {@return the items that are left, read as that is; closing it closes this}
   */
  default Stream<T> stream() {
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(
                iterator(), Spliterator.ORDERED | Spliterator.NONNULL),
            false)
        .onClose(this::close);
  }

  /**
   * Has the items given to a subscriber, on a virtual thread of its own. There can be one; another is given
   * an {@link IllegalStateException}.
   *
   * @param subscriber the subscriber; cancelling its subscription closes the stream. If somebody else closes
   *     it before its end, that is a failure with {@link RpcCode#CANCELLED}
   */
  @Override
  void subscribe(Flow.Subscriber<? super T> subscriber);

  /** Doesn't want more of it. Does nothing after the end. */
  @Override
  void close();

  /**
   * {@return completes, on a virtual thread, when all items have been sent or have come, read or not; fails
   * with what the stream has failed with, and with a {@link java.util.concurrent.CancellationException} if
   * it was closed before}
   */
  CompletionStage<Void> whenEnded();
}
