package io.gannet.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.StringValue;
import io.gannet.test.FakeTime;
import io.gannet.transport.StopMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls whose arguments or results are streams. */
class StreamTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  record Tick(int number, String text) {}

  interface Streams {
    RpcStream<Integer> count(int to);

    Flow.Publisher<Tick> ticks(int count);

    int sum(RpcStream<Integer> numbers);

    CompletionStage<String> join(String separator, Flow.Publisher<String> texts);

    RpcStream<Integer> sums(RpcStream<Integer> numbers);

    RpcStream<String> failing(int after);

    RpcStream<String> endless(CallContext call);
  }

  static class Made implements Streams {
    final AtomicInteger sent = new AtomicInteger();
    final AtomicReference<Throwable> ended = new AtomicReference<>();

    @Override
    public RpcStream<Integer> count(int to) {
      return RpcStream.from(IntStream.range(0, to).boxed());
    }

    @Override
    public Flow.Publisher<Tick> ticks(int count) {
      return RpcStream.produce(sink -> {
        for (int i = 0; i < count; i++) {
          sink.send(new Tick(i, "t" + i));
        }
      });
    }

    @Override
    public int sum(RpcStream<Integer> numbers) {
      return numbers.stream().mapToInt(i -> i).sum();
    }

    @Override
    public CompletionStage<String> join(String separator, Flow.Publisher<String> texts) {
      Collecting<String> all = new Collecting<>(1);
      texts.subscribe(all);
      return all.result.thenApply(list -> String.join(separator, list));
    }

    @Override
    public RpcStream<Integer> sums(RpcStream<Integer> numbers) {
      return RpcStream.produce(sink -> {
        int sum = 0;
        for (int number : numbers) {
          sum += number;
          sink.send(sum);
        }
      });
    }

    @Override
    public RpcStream<String> failing(int after) {
      return RpcStream.produce(sink -> {
        for (int i = 0; i < after; i++) {
          sink.send("x" + i);
        }
        throw new RpcException(RpcCode.ABORTED, "no more");
      });
    }

    @Override
    public RpcStream<String> endless(CallContext call) {
      return RpcStream.produce(sink -> {
        try {
          while (true) {
            sink.send("x".repeat(1000));
            sent.incrementAndGet();
          }
        } catch (Throwable t) {
          ended.set(t);
          throw t;
        }
      });
    }
  }

  /** Collects published items, requesting a given number at a time. */
  static final class Collecting<T> implements Flow.Subscriber<T> {
    final CompletableFuture<List<T>> result = new CompletableFuture<>();
    private final List<T> items = new ArrayList<>();
    private final int batch;
    private Flow.Subscription subscription;

    Collecting(int batch) {
      this.batch = batch;
    }

    @Override
    public void onSubscribe(Flow.Subscription to) {
      subscription = to;
      to.request(batch);
    }

    @Override
    public void onNext(T item) {
      items.add(item);
      if (items.size() % batch == 0) {
        subscription.request(batch);
      }
    }

    @Override
    public void onError(Throwable failure) {
      result.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      result.complete(items);
    }
  }

  private final Made made = new Made();

  private Streams streams(Wires wires) {
    RpcServer server = fixture.start(RpcServer.over(wires.server()).service(Streams.class, made));
    return fixture.start(RpcClient.over(wires.client(server))).proxy(Streams.class);
  }

  private Streams streams() {
    return streams(Wires.TCP);
  }

  private static List<Integer> numbers(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  private static <T> List<T> all(RpcStream<T> stream) {
    List<T> items = new ArrayList<>();
    stream.forEach(items::add);
    return items;
  }

  // ---------------------------------------------------------------- all three kinds

  @ParameterizedTest
  @EnumSource(Wires.class)
  void aResultIsReadItemByItem(Wires wires) {
    Streams streams = streams(wires);
    for (int count : new int[] {0, 1, 255, 256, 257, 10_000}) {
      assertThat(all(streams.count(count))).isEqualTo(numbers(count));
    }
  }

  @ParameterizedTest
  @EnumSource(Wires.class)
  void aResultIsPublishedToASubscriber(Wires wires) {
    Streams streams = streams(wires);
    for (int batch : new int[] {1, 7, 1000}) {
      Collecting<Tick> ticks = new Collecting<>(batch);
      streams.ticks(1000).subscribe(ticks);
      assertThat(ticks.result.join())
          .hasSize(1000)
          .startsWith(new Tick(0, "t0"))
          .endsWith(new Tick(999, "t999"));
    }
  }

  @ParameterizedTest
  @EnumSource(Wires.class)
  void anArgumentIsSentItemByItem(Wires wires) {
    Streams streams = streams(wires);
    assertThat(streams.sum(RpcStream.of())).isZero();
    assertThat(streams.sum(RpcStream.of(1, 2, 3))).isEqualTo(6);
    assertThat(streams.sum(RpcStream.from(numbers(10_000)))).isEqualTo(49_995_000);
  }

  @ParameterizedTest
  @EnumSource(Wires.class)
  void anArgumentIsTakenFromAPublisher(Wires wires) {
    Streams streams = streams(wires);
    SubmissionPublisher<String> texts = new SubmissionPublisher<>();
    CompletionStage<String> joined = streams.join("-", texts);
    await().until(texts::hasSubscribers);
    for (int i = 0; i < 1000; i++) {
      texts.submit("x");
    }
    texts.close();
    assertThat(joined.toCompletableFuture().join()).hasSize(1999).startsWith("x-x-x");
  }

  @ParameterizedTest
  @EnumSource(Wires.class)
  void bothSidesSendAtTheSameTime(Wires wires) {
    Streams streams = streams(wires);
    AtomicInteger sent = new AtomicInteger();
    RpcStream<Integer> sums =
        streams.sums(
            RpcStream.produce(sink -> {
              for (int i = 0; i < 1000; i++) {
                sink.send(i);
                sent.incrementAndGet();
              }
            }));
    int sum = 0;
    for (int i = 0; i < 1000; i++) {
      sum += i;
      assertThat(sums.next()).isEqualTo(sum);
    }
    assertThat(sums.hasNext()).isFalse();
    assertThat(sent).hasValue(1000);
  }

  @Test
  void aConversationWorksWithAWindowOfOneItem() {
    Streams streams = streams();
    SubmissionPublisher<Integer> numbers = new SubmissionPublisher<>();
    try (RpcStream<Integer> sums = streams.sums(RpcStream.from(numbers))) {
      await().until(numbers::hasSubscribers);
      for (int i = 1; i <= 100; i++) {
        numbers.submit(i);
        assertThat(sums.next()).isEqualTo(i * (i + 1) / 2);
      }
      numbers.close();
      assertThat(sums.hasNext()).isFalse();
    }
  }

  @Test
  void aServerCallsItsClientInTheSameWay() {
    RpcServer server = fixture.start(fixture.server());
    fixture.start(fixture.client(server).service(Streams.class, made));
    await().until(() -> server.peers().size() == 1);
    Streams streams = server.peers().iterator().next().proxy(Streams.class);
    assertThat(all(streams.count(1000))).isEqualTo(numbers(1000));
    assertThat(streams.sum(RpcStream.from(numbers(1000)))).isEqualTo(499_500);
    assertThat(all(streams.sums(RpcStream.of(1, 2, 3)))).containsExactly(1, 3, 6);
  }

  @RpcService(name = "Proto")
  interface ProtobufStreams {
    RpcStream<StringValue> twice(RpcStream<StringValue> texts);

    StringValue last(RpcStream<StringValue> texts);
  }

  @Test
  void itemsMayBeProtobufMessages() {
    ProtobufStreams proto =
        fixture.proxy(
            ProtobufStreams.class,
            new ProtobufStreams() {
              @Override
              public RpcStream<StringValue> twice(RpcStream<StringValue> texts) {
                return RpcStream.produce(sink -> {
                  for (StringValue text : texts) {
                    sink.send(text);
                    sink.send(text);
                  }
                });
              }

              @Override
              public StringValue last(RpcStream<StringValue> texts) {
                return texts.stream().reduce(StringValue.of("none"), (a, b) -> b);
              }
            });
    StringValue a = StringValue.of("a");
    StringValue empty = StringValue.getDefaultInstance();
    assertThat(all(proto.twice(RpcStream.of(a, empty)))).containsExactly(a, a, empty, empty);
    assertThat(proto.last(RpcStream.of(a, empty))).isEqualTo(empty);
    assertThat(proto.last(RpcStream.of())).isEqualTo(StringValue.of("none"));
  }

  @Test
  void streamsAreCalledByNameToo() {
    RpcServer server = fixture.start(fixture.server().service(Streams.class, made));
    RpcClient client = fixture.start(fixture.client(server));
    assertThat(all(client.callStream("Streams/count", Integer.class, 3))).containsExactly(0, 1, 2);
    assertThat(client.call("Streams/sum", Integer.class, RpcStream.of(1, 2))).isEqualTo(3);
    assertThat(all(client.callStream("Streams/sums", Json.class, RpcStream.of(1, 2))))
        .containsExactly(new Json("1"), new Json("3"));
    // A single value is a stream, too.
    assertThat(all(client.callStream("Streams/sum", Integer.class, RpcStream.of(4))))
        .containsExactly(4);
  }

  // ---------------------------------------------------------------- flow control

  @Test
  void aReaderThatDoesNotReadBlocksTheProducer() throws Exception {
    RpcServer server = fixture.start(fixture.server().service(Streams.class, made));
    Streams streams =
        fixture.start(fixture.client(server).streamWindow(10, 1 << 20)).proxy(Streams.class);
    try (RpcStream<String> stream = streams.endless(null)) {
      await().until(() -> made.sent.get() == 10);
      assertThat(stillAfterAWhile(made.sent)).isEqualTo(10);
      for (int i = 0; i < 5; i++) {
        stream.next();
      }
      await().until(() -> made.sent.get() == 15);
      assertThat(stillAfterAWhile(made.sent)).isEqualTo(15);
    }
    await().until(() -> made.ended.get() != null);
  }

  /** Returns a counter's value once it has stopped growing. */
  private static int stillAfterAWhile(AtomicInteger counter) throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    assertThat(never.await(100, TimeUnit.MILLISECONDS)).isFalse();
    return counter.get();
  }

  @Test
  void theWindowIsInBytesToo() throws Exception {
    RpcServer server = fixture.start(fixture.server().service(Streams.class, made));
    Streams streams =
        fixture.start(fixture.client(server).streamWindow(1000, 3000)).proxy(Streams.class);
    try (RpcStream<String> stream = streams.endless(null)) {
      await().until(() -> made.sent.get() == 3);
      assertThat(stillAfterAWhile(made.sent)).isEqualTo(3);
      stream.next();
      stream.next();
      await().until(() -> made.sent.get() == 5);
      assertThat(stillAfterAWhile(made.sent)).isEqualTo(5);
    }
  }

  @Test
  void anItemMayBeLargerThanTheWindow() {
    RpcServer server =
        fixture.start(
            fixture.server().service(ProtobufStreams.class, new Reversing()).streamWindow(1, 1));
    ProtobufStreams streams =
        fixture.start(fixture.client(server).streamWindow(1, 1)).proxy(ProtobufStreams.class);
    StringValue large = StringValue.of("x".repeat(1_000_000));
    assertThat(all(streams.twice(RpcStream.of(large, large, large))))
        .containsExactly(large, large, large);
  }

  static final class Reversing implements ProtobufStreams {
    @Override
    public RpcStream<StringValue> twice(RpcStream<StringValue> texts) {
      return texts; // what comes goes back
    }

    @Override
    public StringValue last(RpcStream<StringValue> texts) {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void aHandlerThatDoesNotReadBlocksTheCaller() throws Exception {
    CountDownLatch gate = fixture.gate();
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .streamWindow(20, 1 << 20)
                .service(
                    Sums.class,
                    numbers -> {
                      Fixture.await(gate);
                      return all(numbers).size();
                    }));
    Sums sums = fixture.start(fixture.client(server)).proxy(Sums.class);
    AtomicInteger sent = new AtomicInteger();
    CompletionStage<Integer> count =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return sums.of(
                    RpcStream.produce(sink -> {
                      for (int i = 0; i < 100; i++) {
                        sink.send(i);
                        sent.incrementAndGet();
                      }
                    }));
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            },
            Thread::startVirtualThread);
    await().until(() -> sent.get() == 20);
    assertThat(stillAfterAWhile(sent)).isEqualTo(20);
    gate.countDown();
    assertThat(count.toCompletableFuture().join()).isEqualTo(100);
  }

  interface Sums {
    int of(RpcStream<Integer> numbers) throws Exception;
  }

  @Test
  void itemsOfStreamsCountForTheLimitOnRunningBytes() throws Exception {
    CountDownLatch gate = fixture.gate();
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .maxRunningBytes(100_000)
                .service(
                    Texts.class,
                    texts -> {
                      Fixture.await(gate);
                      return all(texts).size();
                    }));
    RpcClient client = fixture.start(fixture.client(server));
    Texts texts = client.proxy(Texts.class);
    AtomicInteger sent = new AtomicInteger();
    String large = "x".repeat(30_000);
    CompletableFuture<Integer> tooMuch = new CompletableFuture<>();
    Thread.startVirtualThread(() -> {
      try {
        tooMuch.complete(
            texts.of(
                RpcStream.produce(sink -> {
                  for (int i = 0; i < 4; i++) {
                    sink.send(large);
                    sent.incrementAndGet();
                  }
                })));
      } catch (Throwable t) {
        tooMuch.completeExceptionally(t);
      }
    });
    await().until(() -> running(server) == 1 && sent.get() == 4);
    assertCode(() -> client.call("No/thing", Void.class), RpcCode.UNIMPLEMENTED); // it has all come
    gate.countDown();
    assertThatThrownBy(tooMuch::join)
        .cause()
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.RESOURCE_EXHAUSTED))
        .hasMessageContaining("maxRunningBytes");
    for (int i = 0; i < 10; i++) {
      assertThat(texts.of(RpcStream.of(large, large))).isEqualTo(2);
    }
  }

  interface Texts {
    int of(RpcStream<String> texts) throws Exception;
  }

  private static int running(RpcServer server) {
    return server.peers().stream().mapToInt(peer -> peer.stats().callsRunning()).sum();
  }

  // ---------------------------------------------------------------- ends of all kinds

  @Test
  void aFailureIsReadAfterTheEarlierItems() {
    RpcStream<String> stream = streams().failing(3);
    assertThat(List.of(stream.next(), stream.next(), stream.next()))
        .containsExactly("x0", "x1", "x2");
    for (int i = 0; i < 2; i++) {
      assertCode(stream::hasNext, RpcCode.ABORTED).hasMessage("no more");
    }
    Collecting<String> collected = new Collecting<>(1);
    streams().failing(2).subscribe(collected);
    assertThatThrownBy(collected.result::join)
        .cause()
        .isInstanceOf(RpcException.class)
        .hasMessage("no more");
  }

  private static org.assertj.core.api.AbstractThrowableAssert<?, ?> assertCode(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, RpcCode code) {
    return assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).as(e.toString()).isEqualTo(code));
  }

  @Test
  void closingAResultCancelsTheHandler() {
    RpcStream<String> stream = streams().endless(null);
    stream.next();
    stream.close();
    stream.close();
    assertThat(stream.hasNext()).isFalse();
    assertThatThrownBy(stream::next).isInstanceOf(NoSuchElementException.class);
    await().until(() -> made.ended.get() != null);
    assertThat(made.ended.get())
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.CANCELLED));
  }

  @Test
  void cancellingASubscriptionCancelsTheHandler() {
    AtomicInteger received = new AtomicInteger();
    streams()
        .endless(null)
        .subscribe(
            new Flow.Subscriber<>() {
              private Flow.Subscription subscription;

              @Override
              public void onSubscribe(Flow.Subscription to) {
                subscription = to;
                to.request(Long.MAX_VALUE);
              }

              @Override
              public void onNext(String item) {
                if (received.incrementAndGet() == 500) {
                  subscription.cancel();
                }
              }

              @Override
              public void onError(Throwable failure) {
                received.set(-1);
              }

              @Override
              public void onComplete() {
                received.set(-2);
              }
            });
    await().until(() -> made.ended.get() != null);
    assertThat(received).hasValue(500);
  }

  @Test
  void interruptingTheReaderCancelsTheHandler() throws Exception {
    CountDownLatch gate = fixture.gate();
    CountDownLatch reading = new CountDownLatch(1);
    AtomicReference<Throwable> inHandler = new AtomicReference<>();
    Quiet quiet =
        fixture.proxy(
            Quiet.class,
            () ->
                RpcStream.produce(sink -> {
                  reading.countDown();
                  try {
                    Fixture.await(gate);
                  } catch (InterruptedException e) {
                    inHandler.set(e);
                    throw e;
                  }
                }));
    AtomicReference<Throwable> inReader = new AtomicReference<>();
    Thread reader =
        Thread.startVirtualThread(() -> {
          try {
            quiet.nothing().next();
          } catch (RpcException e) {
            inReader.set(e);
          }
        });
    reading.await();
    reader.interrupt();
    await().until(() -> inReader.get() != null && inHandler.get() != null);
    assertCode(
        () -> {
          throw inReader.get();
        },
        RpcCode.CANCELLED);
    assertThat(inHandler.get()).isInstanceOf(InterruptedException.class);
  }

  interface Quiet {
    RpcStream<String> nothing();
  }

  @Test
  void aHandlerMayReturnWithoutReadingAllItems() {
    AtomicReference<Throwable> inProducer = new AtomicReference<>();
    Sums first = fixture.proxy(Sums.class, RpcStream::next);
    int result;
    try {
      result =
          first.of(
              RpcStream.produce(sink -> {
                try {
                  for (int i = 7; true; i++) {
                    sink.send(i);
                  }
                } catch (Throwable t) {
                  inProducer.set(t);
                  throw t;
                }
              }));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    assertThat(result).isEqualTo(7);
    await().until(() -> inProducer.get() != null);
  }

  @Test
  void aFailedArgumentStreamFailsTheCallAndCancelsTheHandler() {
    CountDownLatch reading = new CountDownLatch(1);
    AtomicReference<Throwable> inHandler = new AtomicReference<>();
    Sums sums =
        fixture.proxy(
            Sums.class,
            numbers -> {
              reading.countDown();
              try {
                return all(numbers).size();
              } catch (RpcException e) {
                inHandler.set(e);
                throw e;
              }
            });
    assertThatThrownBy(() ->
            sums.of(
                RpcStream.produce(sink -> {
                  sink.send(1);
                  Fixture.await(reading);
                  throw new IllegalStateException("broken");
                })))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("broken");
    await().until(() -> inHandler.get() != null);
    assertCode(
        () -> {
          throw inHandler.get();
        },
        RpcCode.CANCELLED);
  }

  @Test
  void aDeadlineInTheMiddleEndsBothSides() {
    FakeTime time = FakeTime.create();
    RpcServer server =
        fixture.start(fixture.server().service(Streams.class, made).time(Fixture.timeOf(time)));
    RpcClient client = fixture.start(fixture.client(server).time(Fixture.timeOf(time)));
    Streams streams =
        client.proxy(Streams.class, CallOptions.defaults().withTimeout(Duration.ofSeconds(5)));
    RpcStream<String> stream = streams.endless(null);
    for (int i = 0; i < 300; i++) {
      stream.next();
    }
    time.advance(Duration.ofSeconds(6));
    assertCode(() -> stream.forEach(item -> {}), RpcCode.DEADLINE_EXCEEDED);
    await().until(() -> made.ended.get() != null);
  }

  @Test
  void withoutATimeoutAStreamHasNoDeadline() {
    FakeTime time = FakeTime.create();
    RpcServer server =
        fixture.start(fixture.server().service(Streams.class, made).time(Fixture.timeOf(time)));
    RpcClient client = fixture.start(fixture.client(server).time(Fixture.timeOf(time)));
    SubmissionPublisher<Integer> numbers = new SubmissionPublisher<>();
    RpcStream<Integer> sums = client.proxy(Streams.class).sums(RpcStream.from(numbers));
    await().until(numbers::hasSubscribers);
    numbers.submit(1);
    assertThat(sums.next()).isEqualTo(1);
    time.advance(Duration.ofSeconds(60)); // longer than the timeout of other calls
    numbers.submit(2);
    assertThat(sums.next()).isEqualTo(3);
    numbers.close();
    assertThat(sums.hasNext()).isFalse();
  }

  @Test
  void aConnectionThatIsLostInTheMiddleEndsBothSides() {
    RpcServer server = fixture.start(fixture.server().service(Streams.class, made));
    RpcClient client = fixture.start(fixture.client(server));
    RpcStream<String> stream = client.proxy(Streams.class).endless(null);
    stream.next();
    client.connections().iterator().next().session().close(StopMode.NOW);
    assertCode(() -> stream.forEach(item -> {}), RpcCode.UNAVAILABLE);
    await().until(() -> made.ended.get() != null);
  }

  @Test
  void aHandlerIsNotifiedThatTheCallerHasDisconnected() {
    AtomicReference<Throwable> inHandler = new AtomicReference<>();
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .service(
                    Sums.class,
                    numbers -> {
                      try {
                        return all(numbers).size();
                      } catch (RpcException e) {
                        inHandler.set(e);
                        throw e;
                      }
                    }));
    RpcClient client = fixture.start(fixture.client(server));
    SubmissionPublisher<Integer> numbers = new SubmissionPublisher<>();
    CompletionStage<?> call =
        client.callAsync(
            "Sums/of", Integer.class, CallOptions.defaults(), List.of(RpcStream.from(numbers)));
    await().until(() -> running(server) == 1);
    client.connections().iterator().next().session().close(StopMode.NOW);
    assertThatThrownBy(() -> call.toCompletableFuture().join())
        .cause()
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.UNAVAILABLE));
    await().until(() -> inHandler.get() != null);
    await().until(() -> !numbers.hasSubscribers());
  }

  @Test
  void cancellingTheStageOfACallThatSendsStopsBoth() {
    AtomicReference<Throwable> inHandler = new AtomicReference<>();
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .service(
                    Sums.class,
                    numbers -> {
                      try {
                        return all(numbers).size();
                      } catch (RpcException e) {
                        inHandler.set(e);
                        throw e;
                      }
                    }));
    RpcClient client = fixture.start(fixture.client(server));
    SubmissionPublisher<Integer> numbers = new SubmissionPublisher<>();
    CompletableFuture<?> call =
        client
            .callAsync(
                "Sums/of", Integer.class, CallOptions.defaults(), List.of(RpcStream.from(numbers)))
            .toCompletableFuture();
    await().until(() -> running(server) == 1 && numbers.hasSubscribers());
    call.cancel(true);
    await().until(() -> inHandler.get() != null);
    await().until(() -> !numbers.hasSubscribers());
  }

  @Test
  void aDrainLetsStreamsEnd() {
    RpcServer server = fixture.start(fixture.server().service(Streams.class, made));
    RpcClient client = fixture.start(fixture.client(server));
    SubmissionPublisher<Integer> numbers = new SubmissionPublisher<>();
    RpcStream<Integer> sums = client.proxy(Streams.class).sums(RpcStream.from(numbers));
    await().until(numbers::hasSubscribers);
    numbers.submit(1);
    assertThat(sums.next()).isEqualTo(1);
    server.stop(StopMode.DRAIN);
    await().until(() -> client.connections().isEmpty());
    numbers.submit(2);
    assertThat(sums.next()).isEqualTo(3);
    assertThat(server.whenStopped().toCompletableFuture()).isNotDone();
    numbers.close();
    assertThat(sums.hasNext()).isFalse();
    server.whenStopped().toCompletableFuture().join();
  }

  @Test
  void aRunningStreamIsCutAfterTheGraceOfADrain() {
    RpcServer server =
        fixture.start(
            fixture.server().service(Streams.class, made).drainGrace(Duration.ofMillis(100)));
    RpcClient client = fixture.start(fixture.client(server));
    RpcStream<String> stream = client.proxy(Streams.class).endless(null);
    stream.next();
    server.stop(StopMode.DRAIN_AND_WAIT);
    assertCode(() -> stream.forEach(item -> {}), RpcCode.UNAVAILABLE);
  }

  // ---------------------------------------------------------------- interceptors

  @Test
  void interceptorsSeeAndReplaceStreams() {
    List<String> log = new java.util.concurrent.CopyOnWriteArrayList<>();
    RpcInterceptor logs =
        (call, next) ->
            next.proceed(call)
                .whenComplete((reply, failure) -> {
                  if (reply.result() instanceof RpcStream<?> stream) {
                    stream
                        .whenEnded()
                        .whenComplete((nothing, why) ->
                            log.add(call.direction() + " " + call.method() + " " + why));
                  }
                });
    RpcInterceptor doublesWhatIsSent =
        (call, next) -> {
          if (!(call.arguments().getLast() instanceof RpcStream<?> stream)) {
            return next.proceed(call);
          }
          return next.proceed(
              call.withArguments(List.of(RpcStream.from(stream.stream().map(i -> 2 * (int) i)))));
        };
    RpcInterceptor negatesWhatComesBack =
        (call, next) ->
            next.proceed(call)
                .thenApply(reply ->
                    reply.result() instanceof RpcStream<?> stream
                        ? reply.withResult(RpcStream.from(stream.stream().map(i -> -(int) i)))
                        : reply);
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .service(Streams.class, made)
                .interceptIncoming(logs)
                .interceptIncoming(negatesWhatComesBack));
    RpcClient client =
        fixture.start(
            fixture.client(server).interceptOutgoing(logs).interceptOutgoing(doublesWhatIsSent));
    Streams streams = client.proxy(Streams.class);
    assertThat(all(streams.sums(RpcStream.of(1, 2, 3)))).containsExactly(-2, -6, -12);
    assertThat(streams.sum(RpcStream.of(1, 2))).isEqualTo(6);
    await()
        .untilAsserted(() ->
            assertThat(log)
                .containsExactlyInAnyOrder(
                    "INCOMING Streams/sums null", "OUTGOING Streams/sums null"));
  }

  @Test
  void interceptorsMayCompleteLaterOrFail() {
    CompletableFuture<Void> go = new CompletableFuture<>();
    RpcInterceptor waits = (call, next) -> go.thenComposeAsync(nothing -> next.proceed(call));
    RpcServer server =
        fixture.start(fixture.server().service(Streams.class, made).interceptIncoming(waits));
    RpcClient client = fixture.start(fixture.client(server).interceptOutgoing(waits));
    RpcStream<Integer> counted = client.proxy(Streams.class).count(1000);
    RpcStream<String> cancelled = client.proxy(Streams.class).endless(null);
    go.complete(null);
    assertThat(all(counted)).isEqualTo(numbers(1000));
    cancelled.next();
    cancelled.close();
    await().until(() -> made.ended.get() != null);
    RpcClient refusing =
        fixture.start(
            fixture
                .client(server)
                .interceptOutgoing((call, next) -> {
                  throw new RpcException(RpcCode.PERMISSION_DENIED, "no");
                }));
    assertCode(refusing.proxy(Streams.class).count(1)::next, RpcCode.PERMISSION_DENIED);
  }

  @Test
  void metadataGoesBothWays() {
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .service(
                    Quiet.class,
                    () -> {
                      CallContext call = CallContext.current().orElseThrow();
                      return RpcStream.produce(sink -> {
                        sink.send(String.valueOf(call.metadata().get("asked")));
                        CallContext.current()
                            .orElseThrow()
                            .replyWith(Metadata.of("answered", "yes"));
                      });
                    }));
    AtomicReference<Metadata> reply = new AtomicReference<>();
    CallOptions options =
        CallOptions.defaults().withMetadata(Metadata.of("asked", "x")).withOnReply(reply::set);
    RpcStream<String> stream =
        fixture.start(fixture.client(server)).proxy(Quiet.class, options).nothing();
    assertThat(all(stream)).containsExactly("x");
    assertThat(reply.get().get("answered")).isEqualTo("yes");
  }

  // ---------------------------------------------------------------- what doesn't fit

  @Test
  void streamsAndSingleValuesCannotBeCalledAsEachOther() {
    RpcServer server = fixture.start(fixture.server().service(Streams.class, made));
    RpcClient client = fixture.start(fixture.client(server));
    assertCode(() -> client.call("Streams/count", Integer.class, 3), RpcCode.UNIMPLEMENTED)
        .hasMessage("Streams/count gives a stream, and the caller takes none");
    assertCode(() -> client.call("Streams/sum", Integer.class), RpcCode.UNIMPLEMENTED)
        .hasMessage("Streams/sum takes a stream, and the caller sends none");
    assertCode(
            () -> client.callStream("Streams/count", Integer.class, 3, RpcStream.of(1)).next(),
            RpcCode.UNIMPLEMENTED)
        .hasMessage("Streams/count takes no stream, and the caller sends one");
  }

  @Test
  void gettysProtocolHasNoStreams() {
    RpcServer server =
        fixture.start(fixture.server().service(Streams.class, made).wire(RpcWire.GETTY));
    RpcClient client = fixture.start(fixture.client(server).wire(RpcWire.GETTY));
    RpcStream<Integer> count = client.proxy(Streams.class).count(3);
    assertCode(count::next, RpcCode.UNIMPLEMENTED).hasMessageContaining("has no streams");
    assertCode(() -> client.proxy(Streams.class).sum(RpcStream.of(1)), RpcCode.UNIMPLEMENTED);
    assertThatThrownBy(() -> client.call("Streams/count", Integer.class, 3))
        .hasMessageContaining("gives a stream");
  }

  interface NullItems {
    RpcStream<String> nulls();
  }

  @Test
  void anItemIsNeverNull() {
    NullItems nulls =
        fixture.proxy(NullItems.class, () -> RpcStream.produce(sink -> sink.send(null)));
    assertThatThrownBy(() -> nulls.nulls().next()).hasMessageContaining("must not be null");
  }

  @Test
  void anItemOfTheWrongTypeFailsTheCall() {
    RpcServer server = fixture.start(fixture.server().service(Streams.class, made));
    RpcClient client = fixture.start(fixture.client(server));
    RpcStream<Tick> wrong = client.callStream("Streams/count", Tick.class, 3);
    assertCode(wrong::next, RpcCode.INTERNAL).hasMessageContaining("Streams/count");
    assertThat(wrong.hasNext()).isFalse();
    assertCode(
            () -> client.call("Streams/sum", Integer.class, RpcStream.of("many")),
            RpcCode.INVALID_ARGUMENT)
        .hasMessageContaining("Streams/sum");
  }

  @Test
  void anItemThatIsTooLargeFailsTheCallAndNothingElse() {
    RpcServer server = fixture.start(fixture.server().service(Streams.class, made));
    RpcClient client = fixture.start(fixture.client(server));
    assertCode(
        () -> client.call("Streams/sum", Integer.class, RpcStream.of("x".repeat(5 << 20))),
        RpcCode.RESOURCE_EXHAUSTED);
    assertThat(client.proxy(Streams.class).sum(RpcStream.of(1))).isEqualTo(1);
  }

  interface TwoStreams {
    void both(RpcStream<String> one, RpcStream<String> other);
  }

  interface OneWayStream {
    @OneWay
    void send(RpcStream<String> texts);
  }

  interface RawStream {
    @SuppressWarnings("rawtypes")
    RpcStream raw();
  }

  interface NestedStream {
    CompletionStage<RpcStream<String>> later();
  }

  interface OtherStream {
    SubmissionPublisher<String> other();
  }

  @Test
  void methodsThatCannotBeCalledAreReported() {
    RpcServerBuilder builder = fixture.server();
    for (Class<?> wrong :
        List.of(
            TwoStreams.class,
            OneWayStream.class,
            RawStream.class,
            NestedStream.class,
            OtherStream.class)) {
      assertThatThrownBy(() -> offer(builder, wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("stream");
    }
  }

  private static <T> void offer(RpcServerBuilder builder, Class<T> type) {
    builder.service(
        type,
        type.cast(
            java.lang.reflect.Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> null)));
  }

  @Test
  void aStreamHasOneSubscriberAndIsSentOnce() {
    Streams streams = streams();
    RpcStream<Integer> numbers = streams.count(3);
    Collecting<Integer> first = new Collecting<>(1);
    Collecting<Integer> second = new Collecting<>(1);
    numbers.subscribe(first);
    numbers.subscribe(second);
    assertThat(first.result.join()).containsExactly(0, 1, 2);
    assertThatThrownBy(second.result::join).cause().isInstanceOf(IllegalStateException.class);
    RpcStream<Integer> once = RpcStream.of(1);
    assertThat(streams.sum(once)).isEqualTo(1);
    assertThatThrownBy(() -> streams.sum(once)).isInstanceOf(IllegalStateException.class);
  }

  // ---------------------------------------------------------------- streams on their own

  @Test
  void aStreamCanBeReadInItsOwnProcess() {
    assertThat(all(made.count(100))).isEqualTo(numbers(100));
    assertThat(all(made.sums(RpcStream.of(1, 2, 3)))).containsExactly(1, 3, 6);
    assertThat(made.sum(RpcStream.from(Stream.of(1, 2)))).isEqualTo(3);
    Collecting<Tick> ticks = new Collecting<>(3);
    made.ticks(10).subscribe(ticks);
    assertThat(ticks.result.join()).hasSize(10);
    assertThatThrownBy(() -> all(made.failing(2))).hasMessage("no more");
    RpcStream<String> endless = made.endless(null);
    endless.next();
    endless.close();
    await().until(() -> made.ended.get() != null);
  }

  @Test
  void whenEndedReportsTheEndOfAStream() {
    Streams streams = streams();
    RpcStream<Integer> read = streams.count(3);
    CompletionStage<Void> ended = read.whenEnded();
    assertThat(all(read)).hasSize(3);
    ended.toCompletableFuture().join();
    RpcStream<String> failed = streams.failing(0);
    assertThatThrownBy(() -> failed.whenEnded().toCompletableFuture().join())
        .cause()
        .hasMessage("no more");
    RpcStream<String> closed = streams.endless(null);
    CompletionStage<Void> cancelled = closed.whenEnded();
    closed.close();
    assertThatThrownBy(() -> cancelled.toCompletableFuture().join())
        .isInstanceOf(java.util.concurrent.CancellationException.class);
  }

  @Test
  void anIteratorThatFailsEndsTheStream() {
    Iterator<Integer> broken =
        new Iterator<>() {
          private int next;

          @Override
          public boolean hasNext() {
            return true;
          }

          @Override
          public Integer next() {
            if (next == 3) {
              throw new IllegalStateException("broken");
            }
            return next++;
          }
        };
    Quiet quiet =
        fixture.proxy(Quiet.class, () -> RpcStream.from((Iterable<String>) () -> map(broken)));
    RpcStream<String> stream = quiet.nothing();
    assertThat(List.of(stream.next(), stream.next(), stream.next())).containsExactly("0", "1", "2");
    assertCode(stream::next, RpcCode.UNKNOWN).hasMessage("broken");
  }

  private static Iterator<String> map(Iterator<Integer> numbers) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return numbers.hasNext();
      }

      @Override
      public String next() {
        return String.valueOf(numbers.next());
      }
    };
  }
}
