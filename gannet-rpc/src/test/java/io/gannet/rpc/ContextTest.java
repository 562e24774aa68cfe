package io.gannet.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Values bound by interceptors are visible wherever code of the call runs. */
class ContextTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  /** Bound only within scopes, like a scoped value. */
  private static final ThreadLocal<@Nullable String> TRACE = new ThreadLocal<>();

  private static String trace() {
    return String.valueOf(TRACE.get());
  }

  /** The bound value, and whether there is a current call. */
  private static String seen() {
    return trace() + CallContext.current().map(call -> " in " + call.method()).orElse("");
  }

  private static CallScope binding(String value) {
    return work -> {
      String before = TRACE.get();
      TRACE.set(value);
      try {
        work.run();
      } finally {
        TRACE.set(before);
      }
    };
  }

  /** Binds a value that the caller sends. */
  private static RpcInterceptor tracing() {
    return (call, next) ->
        next.proceed(call.within(binding(String.valueOf(call.metadata().get("trace")))));
  }

  private static CallOptions traced(String trace) {
    return CallOptions.defaults().withMetadata(Metadata.of("trace", trace));
  }

  interface Work {
    String plain();

    CompletionStage<String> staged();

    RpcStream<String> produced();

    RpcStream<String> published();

    String readByIterating(RpcStream<String> items);

    CompletionStage<List<String>> readBySubscribing(RpcStream<String> items);

    CompletionStage<String> forwarded();

    void forever();
  }

  /** Reports the bound value in every form of a call. */
  private class Seeing implements Work {

    final List<String> noted = new CopyOnWriteArrayList<>();
    final CountDownLatch begun = new CountDownLatch(1);

    @Override
    public String plain() {
      return seen();
    }

    @Override
    public CompletionStage<String> staged() {
      ExecutorService pool = fixture.closing(Executors.newSingleThreadExecutor());
      Executor executor = CallContext.current().orElseThrow().propagateTo(pool);
      return CompletableFuture.supplyAsync(ContextTest::seen, executor);
    }

    @Override
    public RpcStream<String> produced() {
      return RpcStream.produce(sink -> {
        sink.send(seen());
        sink.send(seen());
      });
    }

    @Override
    public RpcStream<String> published() {
      return RpcStream.from((Flow.Subscriber<? super String> subscriber) -> {
        String subscribing = seen();
        RpcStream.of(subscribing).subscribe(subscriber);
      });
    }

    @Override
    public String readByIterating(RpcStream<String> items) {
      StringBuilder all = new StringBuilder();
      items.forEach(item -> all.append(item).append(' ').append(seen()).append(';'));
      return all.toString();
    }

    @Override
    public CompletionStage<List<String>> readBySubscribing(RpcStream<String> items) {
      CompletableFuture<List<String>> all = new CompletableFuture<>();
      items.subscribe(
          new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
              noted.add("onSubscribe " + seen());
              subscription.request(10);
            }

            @Override
            public void onNext(String item) {
              noted.add(item + " " + seen());
            }

            @Override
            public void onError(Throwable failure) {
              all.completeExceptionally(failure);
            }

            @Override
            public void onComplete() {
              noted.add("onComplete " + seen());
              all.complete(noted);
            }
          });
      return all;
    }

    @Override
    public CompletionStage<String> forwarded() {
      RpcPeer peer = CallContext.current().orElseThrow().peer();
      return peer.proxy(Callee.class).echo("x").thenApply(text -> text + " " + seen());
    }

    @Override
    public void forever() {
      CallContext.current().orElseThrow().onCancel(() -> noted.add("onCancel " + seen()));
      begun.countDown();
      try {
        Thread.sleep(60_000);
      } catch (InterruptedException e) {
        noted.add("interrupted " + seen());
      }
    }
  }

  interface Callee {
    CompletionStage<String> echo(String text);
  }

  private final Seeing seeing = new Seeing();

  private RpcClient client(RpcInterceptor... incoming) {
    RpcServerBuilder builder = fixture.server().service(Work.class, seeing);
    for (RpcInterceptor interceptor : incoming) {
      builder.interceptIncoming(interceptor);
    }
    return fixture.start(
        fixture
            .client(fixture.start(builder))
            .service(Callee.class, CompletableFuture::completedStage));
  }

  private Work remote(RpcInterceptor... incoming) {
    return client(incoming).proxy(Work.class, traced("trace-7"));
  }

  @Test
  void boundValuesReachTheHandler() {
    assertThat(remote(tracing()).plain()).isEqualTo("trace-7 in Work/plain");
  }

  @Test
  void boundValuesReachTheProducerOfAReturnedStream() {
    Work remote = remote(tracing());
    assertThat(remote.produced().stream())
        .containsExactly("trace-7 in Work/produced", "trace-7 in Work/produced");
    assertThat(remote.published().stream()).containsExactly("trace-7 in Work/published");
  }

  @Test
  void boundValuesReachTheReaderOfAnArgumentStream() throws Exception {
    Work remote = remote(tracing());
    assertThat(remote.readByIterating(RpcStream.of("a", "b")))
        .isEqualTo("a trace-7 in Work/readByIterating;b trace-7 in Work/readByIterating;");
    String bound = "trace-7 in Work/readBySubscribing";
    assertThat(remote.readBySubscribing(RpcStream.of("a")).toCompletableFuture().get())
        .containsExactly("onSubscribe " + bound, "a " + bound, "onComplete " + bound);
  }

  @Test
  void boundValuesReachTheUsersStagesAndThreads() throws Exception {
    Work remote = remote(tracing());
    assertThat(remote.staged().toCompletableFuture().get()).isEqualTo("trace-7 in Work/staged");
    assertThat(remote.forwarded().toCompletableFuture().get())
        .isEqualTo("x trace-7 in Work/forwarded");
  }

  @Test
  void boundValuesReachCancellationHandlers() throws Exception {
    Work remote = remote(tracing());
    Thread caller =
        Thread.startVirtualThread(() -> {
          try {
            remote.forever();
          } catch (RpcException e) {
            // interrupted
          }
        });
    assertThat(seeing.begun.await(10, TimeUnit.SECONDS)).isTrue();
    caller.interrupt();
    await()
        .untilAsserted(() ->
            assertThat(seeing.noted)
                .containsExactlyInAnyOrder(
                    "interrupted trace-7 in Work/forever", "onCancel trace-7"));
  }

  @Test
  void scopesNestInTheOrderOfTheInterceptorsAlsoOnOtherThreads() {
    List<String> order = new CopyOnWriteArrayList<>();
    RpcInterceptor outer = (call, next) -> next.proceed(call.within(noting("outer", order)));
    RpcInterceptor elsewhere =
        (call, next) ->
            CompletableFuture.completedStage(0)
                .thenComposeAsync(zero -> next.proceed(call), Thread::startVirtualThread);
    RpcInterceptor inner = (call, next) -> next.proceed(call.within(noting("inner", order)));
    Work remote = remote(outer, tracing(), elsewhere, inner);
    assertThat(remote.plain()).isEqualTo("trace-7 in Work/plain");
    assertThat(order.subList(0, 3)).containsExactly("outer", "outer", "inner");
    order.clear();
    assertThat(remote.produced().stream()).hasSize(2).allMatch(seen -> seen.startsWith("trace-7"));
  }

  private static CallScope noting(String name, List<String> order) {
    return work -> {
      order.add(name);
      work.run();
    };
  }

  @Test
  void laterInterceptorsRunInsideTheScope() {
    List<String> noted = new CopyOnWriteArrayList<>();
    RpcInterceptor behind =
        (call, next) -> {
          noted.add(seen());
          return next.proceed(call);
        };
    remote(tracing(), behind).plain();
    assertThat(noted).containsExactly("trace-7 in Work/plain");
  }

  @Test
  void theCallerOfAStreamSendsAndReadsInsideTheScopesOfItsInterceptors() throws Exception {
    RpcServer server = fixture.start(fixture.server().service(Work.class, seeing));
    RpcInterceptor taking =
        (call, next) -> next.proceed(call.within(binding(trace()))); // of the caller's thread
    RpcClient client = fixture.start(fixture.client(server).interceptOutgoing(taking));
    Work remote = client.proxy(Work.class);
    TRACE.set("mine");
    try {
      assertThat(remote.readByIterating(RpcStream.produce(sink -> sink.send(trace()))))
          .startsWith("mine ");
      CompletableFuture<String> attached =
          remote.staged().thenApply(text -> trace()).toCompletableFuture();
      assertThat(attached.get(10, TimeUnit.SECONDS)).isEqualTo("mine");
      CompletableFuture<String> subscribed = new CompletableFuture<>();
      remote
          .produced()
          .subscribe(
              new Flow.Subscriber<>() {
                @Override
                public void onSubscribe(Flow.Subscription subscription) {
                  subscription.request(10);
                }

                @Override
                public void onNext(String item) {}

                @Override
                public void onError(Throwable failure) {
                  subscribed.completeExceptionally(failure);
                }

                @Override
                public void onComplete() {
                  subscribed.complete(trace());
                }
              });
      assertThat(subscribed.get(10, TimeUnit.SECONDS)).isEqualTo("mine");
    } finally {
      TRACE.remove();
    }
  }

  @Test
  void aStreamThatAnInterceptorReadsAndReplacesIsProducedInTheContext() {
    RpcInterceptor copying =
        (call, next) ->
            next.proceed(call)
                .thenApply(reply -> {
                  @SuppressWarnings("unchecked")
                  RpcStream<String> items = (RpcStream<String>) reply.result();
                  return reply.withResult(RpcStream.from(items.stream().map(item -> "> " + item)));
                });
    assertThat(remote(tracing(), copying).produced().stream())
        .containsExactly("> trace-7 in Work/produced", "> trace-7 in Work/produced");
  }

  @Test
  void boundValuesOfOneCallAreNotVisibleInAnother() {
    RpcClient client = client(tracing());
    SubmissionPublisher<String> open = fixture.closing(new SubmissionPublisher<>());
    CompletionStage<List<String>> first =
        client.proxy(Work.class, traced("1")).readBySubscribing(RpcStream.from(open));
    for (int i = 2; i < 50; i++) {
      assertThat(client.proxy(Work.class, traced("" + i)).produced().stream())
          .containsOnly(i + " in Work/produced");
    }
    open.submit("late");
    open.close();
    assertThat(first.toCompletableFuture().join()).contains("late 1 in Work/readBySubscribing");
  }

  @Test
  void aScopeThatFailsOrSkipsItsBodyFailsTheCallWithoutRunningTheHandler() {
    CallScope failing =
        work -> {
          throw new IllegalStateException("no such trace");
        };
    RpcInterceptor first = (call, next) -> next.proceed(call.within(failing));
    assertThatThrownBy(() -> remote(first).plain()).hasMessageContaining("no such trace");
    RpcInterceptor second = (call, next) -> next.proceed(call.within(work -> {}));
    assertThatThrownBy(() -> remote(second).plain()).hasMessageContaining("without running");
    CompletableFuture<Void> elsewhere = new CompletableFuture<>();
    CallScope onAnotherThread =
        work ->
            CompletableFuture.runAsync(work, Thread::startVirtualThread)
                .whenComplete((nothing, failure) -> elsewhere.completeExceptionally(failure));
    RpcInterceptor third = (call, next) -> next.proceed(call.within(onAnotherThread));
    assertThatThrownBy(() -> remote(third).plain()).hasMessageContaining("without running");
    assertThat(elsewhere)
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableThat()
        .withMessageContaining("on the calling thread");
  }

  @Test
  void aScopeThatFailsAfterItsBodyDoesNotChangeTheOutcome() {
    AtomicInteger times = new AtomicInteger();
    CallScope once =
        work -> {
          if (times.incrementAndGet() > 1) {
            throw new IllegalStateException("not again");
          }
          work.run();
        };
    Work remote = remote((call, next) -> next.proceed(call.within(once)));
    assertThat(remote.plain()).isEqualTo("null in Work/plain");
    CallScope failingAtItsEnd =
        work -> {
          work.run();
          throw new IllegalStateException("at the end");
        };
    assertThat(remote((call, next) -> next.proceed(call.within(failingAtItsEnd))).plain())
        .isEqualTo("null in Work/plain");
  }

  @Test
  void callsInDependentStagesHaveTheRemainingTime() throws Exception {
    CompletableFuture<Duration> left = new CompletableFuture<>();
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .service(
                    Callee.class,
                    text ->
                        CallContext.current()
                            .orElseThrow()
                            .peer()
                            .proxy(Callee.class)
                            .echo("first")
                            .thenCompose(first ->
                                CallContext.current()
                                    .orElseThrow()
                                    .peer()
                                    .proxy(Callee.class)
                                    .echo("second"))));
    RpcClient client =
        fixture.start(
            fixture
                .client(server)
                .service(
                    Callee.class,
                    text -> {
                      if (text.equals("second")) {
                        left.complete(CallContext.current().orElseThrow().timeLeft().orElseThrow());
                      }
                      return CompletableFuture.completedStage(text);
                    }));
    CallOptions options = CallOptions.defaults().withTimeout(Duration.ofSeconds(5));
    assertThat(client.proxy(Callee.class, options).echo("x").toCompletableFuture().get())
        .isEqualTo("second");
    assertThat(left.get()).isLessThanOrEqualTo(Duration.ofSeconds(5));
  }
}
