package io.gannet.rpc.internal.stream;

import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcStream;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Sends the items of a publisher. Requests only a few items ahead.
 *
 * @param <T> the type of the items
 */
final class PublisherProducer<T> implements RpcStream.Producer<T> {

  private final Flow.Publisher<? extends T> publisher;

  PublisherProducer(Flow.Publisher<? extends T> publisher) {
    this.publisher = Objects.requireNonNull(publisher, "publisher");
  }

  @Override
  public void produce(RpcStream.Sink<T> sink) throws Exception {
    Intake<T> intake = new Intake<>();
    publisher.subscribe(intake);
    try {
      for (T item = intake.take(); item != null; item = intake.take()) {
        sink.send(item);
      }
    } finally {
      intake.cancel();
    }
  }

  /** Queues published items until they are sent. */
  private static final class Intake<T> implements Flow.Subscriber<T> {

    private static final int BATCH = LocalStream.AHEAD / 2;

    /** An event of the publisher: an item, or the end. */
    private sealed interface Event<T> {
      record Item<T>(T value) implements Event<T> {}

      record End<T>(@Nullable Throwable failure) implements Event<T> {}
    }

    private final BlockingQueue<Event<T>> events = new LinkedBlockingQueue<>();
    private volatile Flow.@Nullable Subscription subscription;
    private volatile boolean cancelled;

    /** The number of items taken since the last request. Used by the taking thread only. */
    private int taken;

    @Override
    public void onSubscribe(Flow.Subscription to) {
      if (subscription != null || cancelled) {
        to.cancel();
        return;
      }
      subscription = to;
      to.request(LocalStream.AHEAD);
      if (cancelled) {
        to.cancel();
      }
    }

    @Override
    public void onNext(T item) {
      if (cancelled) {
        return; // the reader has closed the stream
      }
      if (events.size() > LocalStream.AHEAD) {
        cancel();
        events.add(
            new Event.End<>(
                new RpcException(
                    RpcCode.INTERNAL, "a publisher has published more items than were requested")));
      } else {
        events.add(new Event.Item<>(Objects.requireNonNull(item, "item")));
      }
    }

    @Override
    public void onError(Throwable failure) {
      events.add(new Event.End<>(Objects.requireNonNull(failure, "failure")));
    }

    @Override
    public void onComplete() {
      events.add(new Event.End<>(null));
    }

    /** Waits for an item. Returns null at the end. */
    @Nullable T take() throws Exception {
      switch (events.take()) {
        case Event.Item<T>(T value) -> {
          if (++taken == BATCH) {
            taken = 0;
            Objects.requireNonNull(subscription).request(BATCH);
          }
          return value;
        }
        case Event.End<T>(Throwable failure) -> {
          switch (failure) {
            case null -> {
              return null;
            }
            case Exception exception -> throw exception;
            case Error error -> throw error;
            default -> throw new IllegalStateException(failure);
          }
        }
      }
    }

    void cancel() {
      cancelled = true;
      Flow.Subscription to = subscription;
      if (to != null) {
        to.cancel(); // has no effect after the end
      }
    }
  }
}
