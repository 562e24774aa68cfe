package io.gannet.rpc.internal.stream;

import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.transport.internal.text.FailureLog;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Delivers the items of a stream to a subscriber. One virtual thread reads the stream and calls the
 * subscriber, so calls of the subscriber never overlap.
 *
 * @param <T> the type of the items
 */
final class Delivery<T> implements Flow.Subscription, Runnable {

  private static final FailureLog FAILURES = new FailureLog("io.gannet.rpc.failures");

  private final ReadableStream<?, T> stream;
  private final Flow.Subscriber<? super T> subscriber;
  private final Thread thread;

  /** The number of items that the subscriber has requested. */
  private final AtomicLong wanted = new AtomicLong();

  private volatile boolean cancelled;

  /** The subscriber's violation of the Reactive Streams rules, or null. */
  private volatile @Nullable Throwable mistake;

  private Delivery(ReadableStream<?, T> stream, Flow.Subscriber<? super T> subscriber) {
    this.stream = stream;
    this.subscriber = subscriber;
    this.thread = Thread.ofVirtual().unstarted(this);
  }

  /**
   * Starts the delivery.
   *
   * @param stream the source of the items
   * @param subscriber receives the items
   * @param subscribed whether the stream has a subscriber already
   */
  static <T> void begin(
      ReadableStream<?, T> stream,
      Flow.Subscriber<? super T> subscriber,
      AtomicBoolean subscribed) {
    if (subscribed.compareAndSet(false, true)) {
      new Delivery<>(stream, subscriber).thread.start();
      return;
    }
    subscriber.onSubscribe(
        new Flow.Subscription() {
          @Override
          public void request(long items) {}

          @Override
          public void cancel() {}
        });
    subscriber.onError(new IllegalStateException("the stream already has a subscriber"));
  }

  @Override
  public void request(long items) {
    if (items <= 0) {
      mistake = new IllegalArgumentException("must request at least one item, not " + items);
      stream.close();
    } else {
      wanted.getAndUpdate(now -> now + items < 0 ? Long.MAX_VALUE : now + items);
    }
    LockSupport.unpark(thread);
  }

  @Override
  public void cancel() {
    cancelled = true;
    stream.close();
    LockSupport.unpark(thread);
  }

  @Override
  public void run() {
    stream.context().run(this::runInContext);
  }

  private void runInContext() {
    try {
      subscriber.onSubscribe(this);
      deliver();
    } catch (Throwable t) {
      // The subscriber itself has failed, so it isn't called again.
      FAILURES.warn("a subscriber", "a stream", t);
      cancel();
    }
  }

  private void deliver() {
    while (true) {
      T item;
      try {
        if (!stream.hasNext()) {
          break;
        }
        stream.awaitUnlessClosed(() -> wanted.get() > 0 || isOver());
        if (isOver()) {
          break;
        }
        item = stream.nextIfAny();
        if (item == null) {
          break;
        }
      } catch (Throwable t) {
        if (!isOver()) {
          subscriber.onError(t);
          return;
        }
        break;
      }
      subscriber.onNext(item);
      wanted.getAndUpdate(now -> now == Long.MAX_VALUE ? now : now - 1);
    }
    if (cancelled) {
      return; // the subscriber has cancelled
    }
    Throwable wrong = mistake;
    if (wrong != null) {
      subscriber.onError(wrong);
    } else if (stream.isReadToTheEnd()) {
      subscriber.onComplete();
    } else {
      subscriber.onError(
          new RpcException(RpcCode.CANCELLED, "the stream was closed before its end"));
    }
  }

  private boolean isOver() {
    return cancelled || mistake != null;
  }
}
