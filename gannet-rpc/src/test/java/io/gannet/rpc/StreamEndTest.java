package io.gannet.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.test.FakeTime;
import io.gannet.transport.StopMode;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Streams that end early: a partial stream is never mistaken for a complete one, and everything is
 * released.
 */
class StreamEndTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  interface Source {
    RpcStream<String> read();
  }

  interface Upload {
    CompletionStage<Integer> store(RpcStream<String> chunks);
  }

  interface Take {
    void all(RpcStream<String> texts);
  }

  /** Records its signals. */
  private static final class Listening implements Flow.Subscriber<String> {
    final List<String> told = new ArrayList<>();
    final CompletableFuture<Void> ended = new CompletableFuture<>();
    final CompletableFuture<Thread> thread = new CompletableFuture<>();
    private final long demand;
    private final Consumer<Flow.Subscription> onItem;
    private Flow.Subscription subscription;

    Listening(long demand, Consumer<Flow.Subscription> onItem) {
      this.demand = demand;
      this.onItem = onItem;
    }

    @Override
    public void onSubscribe(Flow.Subscription to) {
      subscription = to;
      thread.complete(Thread.currentThread());
      if (demand > 0) {
        to.request(demand);
      }
    }

    @Override
    public void onNext(String item) {
      told.add(item);
      onItem.accept(subscription);
    }

    @Override
    public void onError(Throwable failure) {
      told.add("failure");
      ended.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      told.add("complete");
      ended.complete(null);
    }
  }

  private static void assertCode(CompletionStage<?> stage, RpcCode code) {
    assertThatThrownBy(
            () -> stage.toCompletableFuture().get(10, java.util.concurrent.TimeUnit.SECONDS))
        .cause()
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).as(e.toString()).isEqualTo(code));
  }

  private static CompletionStage<RpcStream<String>> cancelledWith(
      AtomicReference<RpcStream<String>> returned) {
    CompletableFuture<RpcStream<String>> ended = new CompletableFuture<>();
    await().until(() -> returned.get() != null);
    returned.get().whenEnded().whenComplete((nothing, why) -> ended.complete(returned.get()));
    return ended;
  }

  // ---------------------------------------------------------------- what readers are told

  @Test
  void aSubscriberOfAReturnedHandlerGetsAnErrorInsteadOfTheEnd() {
    Listening listening = new Listening(Long.MAX_VALUE, subscription -> {});
    Take take = fixture.proxy(Take.class, texts -> texts.subscribe(listening));
    take.all(
        RpcStream.produce(sink -> {
          while (true) {
            sink.send("more");
          }
        }));
    assertCode(listening.ended, RpcCode.CANCELLED);
  }

  @Test
  void aReaderOnAnotherThreadGetsAnErrorWhenTheCallIsCancelled() {
    CompletableFuture<Integer> read = new CompletableFuture<>();
    CountDownLatch begun = new CountDownLatch(1);
    Upload upload =
        chunks -> {
          Thread.startVirtualThread(() -> {
            try {
              int count = 0;
              for (String chunk : chunks) {
                count += chunk.length();
                begun.countDown();
              }
              read.complete(count); // would store half of it
            } catch (Throwable t) {
              read.completeExceptionally(t);
            }
          });
          return read.exceptionally(failure -> 0);
        };
    Upload remote = fixture.proxy(Upload.class, upload);
    CompletableFuture<Void> wait = new CompletableFuture<>();
    CompletableFuture<Integer> stored =
        remote
            .store(
                RpcStream.produce(sink -> {
                  sink.send("first half");
                  wait.get();
                }))
            .toCompletableFuture();
    await().until(() -> begun.getCount() == 0);
    stored.cancel(true);
    assertCode(read, RpcCode.CANCELLED);
  }

  @Test
  void aSubscriberWithoutDemandIsNotifiedOfTheClose() {
    RpcStream<String> stream = RpcStream.of("one", "two");
    Listening listening = new Listening(0, subscription -> {});
    stream.subscribe(listening);
    listening.thread.join();
    stream.close();
    assertCode(listening.ended, RpcCode.CANCELLED);
    assertThat(listening.told).containsExactly("failure");
  }

  @Test
  void nothingIsSignalledAfterACancel() throws Exception {
    Listening listening =
        new Listening(
            5,
            subscription -> {
              subscription.cancel();
              subscription.request(-1);
            });
    RpcStream.of("one", "two").subscribe(listening);
    listening.thread.join().join();
    assertThat(listening.told).containsExactly("one");
  }

  @Test
  void requestingZeroItemsIsReportedOnce() throws Exception {
    Listening listening =
        new Listening(
            5,
            subscription -> {
              subscription.request(0);
              subscription.request(-1);
            });
    RpcStream.of("one", "two").subscribe(listening);
    listening.thread.join().join();
    assertThat(listening.told).containsExactly("one", "failure");
    assertThatThrownBy(listening.ended::join).cause().isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aSubscriberThatIsInterruptedDoesNotWaitForItsOwnDemandForever() {
    Listening listening = new Listening(1, subscription -> Thread.currentThread().interrupt());
    RpcStream.of("one", "two").subscribe(listening);
    assertCode(listening.ended, RpcCode.CANCELLED);
  }

  // ---------------------------------------------------------------- what callers are told

  @Test
  void aFailedStreamThatIsPassedOnFailsItsReader() {
    RpcServer behind =
        fixture.start(fixture.server().service(Source.class, () -> RpcStream.of("x")));
    Source denied =
        fixture
            .start(
                fixture
                    .client(behind)
                    .interceptOutgoing((call, next) -> {
                      throw new RpcException(RpcCode.PERMISSION_DENIED, "no");
                    }))
            .proxy(Source.class);
    Source front = fixture.proxy(Source.class, denied);
    assertThatThrownBy(() -> front.read().hasNext())
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.PERMISSION_DENIED));
  }

  @Test
  void aClosedStreamIsNotProducedAndNotReadAsEmpty() {
    AtomicBoolean made = new AtomicBoolean();
    RpcStream<String> stream = RpcStream.produce(sink -> made.set(true));
    stream.close();
    Take take = fixture.proxy(Take.class, texts -> texts.forEach(text -> {}));
    assertThatThrownBy(() -> take.all(stream))
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.CANCELLED));
    assertThat(made).isFalse();
  }

  // ---------------------------------------------------------------- what producers are told

  @Test
  void aProducerIsNotifiedOfTheEndOfTheConnection() {
    AtomicReference<Throwable> inHandler = new AtomicReference<>();
    AtomicReference<Throwable> inCaller = new AtomicReference<>();
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .service(Source.class, () -> endless(inHandler))
                .service(Upload.class, chunks -> new CompletableFuture<>()));
    RpcClient client = fixture.start(fixture.client(server));
    RpcStream<String> stream = client.proxy(Source.class).read();
    assertThat(stream.next()).isEqualTo("more");
    client.proxy(Upload.class).store(endless(inCaller));
    await().until(() -> client.connections().iterator().next().stats().callsPending() == 2);
    client.connections().iterator().next().session().close(StopMode.NOW);
    await().until(() -> inHandler.get() != null && inCaller.get() != null);
    for (Throwable told : List.of(inHandler.get(), inCaller.get())) {
      assertThat(told)
          .isInstanceOfSatisfying(
              RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.UNAVAILABLE));
    }
  }

  @Test
  void aProducerThatWaitsForRoomIsNotifiedOfTheDeadline() {
    FakeTime time = FakeTime.create();
    AtomicReference<Throwable> inHandler = new AtomicReference<>();
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .service(Source.class, () -> endless(inHandler))
                .time(Fixture.timeOf(time)));
    RpcClient client = fixture.start(fixture.client(server).time(Fixture.timeOf(time)));
    RpcStream<String> stream =
        client
            .proxy(Source.class, CallOptions.defaults().withTimeout(Duration.ofSeconds(5)))
            .read();
    assertThat(stream.next()).isEqualTo("more");
    time.advance(Duration.ofSeconds(6));
    await().until(() -> inHandler.get() != null);
    assertThatThrownBy(() -> stream.forEach(item -> {}))
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.DEADLINE_EXCEEDED));
  }

  /** Sends items until sending fails. */
  private static RpcStream<String> endless(AtomicReference<Throwable> ended) {
    return RpcStream.produce(sink -> {
      try {
        while (true) {
          sink.send("more");
        }
      } catch (Throwable t) {
        ended.set(t);
        throw t;
      }
    });
  }

  // ---------------------------------------------------------------- what nobody reads

  @Test
  void aStreamOfACallCancelledAfterItsHandlerIsNotProduced() {
    AtomicReference<RpcStream<String>> returned = new AtomicReference<>();
    CompletableFuture<Void> never = new CompletableFuture<>();
    CompletableFuture<Void> go = new CompletableFuture<>();
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .service(
                    Source.class,
                    () -> {
                      returned.set(RpcStream.produce(sink -> never.get()));
                      return returned.get();
                    })
                .interceptIncoming(
                    (call, next) -> next.proceed(call).thenCombine(go, (reply, nothing) -> reply)));
    RpcClient client = fixture.start(fixture.client(server));
    RpcStream<String> stream = client.proxy(Source.class).read();
    await().until(() -> returned.get() != null);
    stream.close();
    await().until(() -> cancelledWith(returned).toCompletableFuture().isDone());
    go.complete(null);
    await().until(() -> server.peers().iterator().next().stats().callsRunning() == 0);
  }

  @Test
  void aStreamThatAnInterceptorOfIncomingCallsDoesNotPassOnIsClosed() {
    AtomicReference<RpcStream<String>> returned = new AtomicReference<>();
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .service(
                    Source.class,
                    () -> {
                      returned.set(RpcStream.of("secret"));
                      return returned.get();
                    })
                .interceptIncoming((call, next) ->
                    next.proceed(call)
                        .thenApply(reply -> {
                          throw new RpcException(RpcCode.PERMISSION_DENIED, "no");
                        })));
    RpcStream<String> stream = fixture.start(fixture.client(server)).proxy(Source.class).read();
    assertThatThrownBy(stream::hasNext).isInstanceOf(RpcException.class);
    await().until(() -> cancelledWith(returned).toCompletableFuture().isDone());
  }

  @Test
  void aStreamThatIsClosedWhileAnInterceptorTakesItsTimeIsCancelled() {
    CompletableFuture<Void> go = new CompletableFuture<>();
    RpcServer server =
        fixture.start(
            fixture.server().service(Source.class, () -> endless(new AtomicReference<>())));
    RpcClient client =
        fixture.start(
            fixture
                .client(server)
                .interceptOutgoing(
                    (call, next) -> go.thenComposeAsync(nothing -> next.proceed(call))));
    await().until(() -> !client.connections().isEmpty());
    RpcStream<String> stream = client.proxy(Source.class).read();
    stream.close();
    go.complete(null);
    await()
        .until(() -> server.peers().stream().anyMatch(peer -> peer.stats().callsReceived() == 1));
    // The fixture checks that no call is left.
  }

  @Test
  void aStreamThatAnInterceptorOfOutgoingCallsDoesNotPassOnIsCancelled() {
    RpcServer server =
        fixture.start(
            fixture.server().service(Source.class, () -> endless(new AtomicReference<>())));
    RpcClient client =
        fixture.start(
            fixture
                .client(server)
                .interceptOutgoing((call, next) ->
                    next.proceed(call)
                        .thenApply(reply -> {
                          throw new RpcException(RpcCode.ABORTED, "changed its mind");
                        })));
    await().until(() -> !client.connections().isEmpty());
    RpcStream<String> stream = client.proxy(Source.class).read();
    assertThatThrownBy(stream::hasNext)
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.ABORTED));
  }

  @Test
  void itemsPublishedAfterACancelAreDiscarded() {
    CompletableFuture<Flow.Subscriber<? super String>> subscriber = new CompletableFuture<>();
    CountDownLatch cancelled = new CountDownLatch(1);
    Take take = fixture.proxy(Take.class, RpcStream::next);
    take.all(
        RpcStream.from(to -> {
          to.onSubscribe(
              new Flow.Subscription() {
                @Override
                public void request(long items) {}

                @Override
                public void cancel() {
                  cancelled.countDown();
                }
              });
          to.onNext("one");
          subscriber.complete(to);
        }));
    await().until(() -> cancelled.getCount() == 0);
    WeakReference<String> late = publish(subscriber.join());
    await()
        .until(() -> {
          System.gc();
          return late.get() == null;
        });
    subscriber.join().onComplete(); // it has been there all the time
  }

  private static WeakReference<String> publish(Flow.Subscriber<? super String> subscriber) {
    String item = "x".repeat(10);
    subscriber.onNext(item);
    return new WeakReference<>(item);
  }
}
